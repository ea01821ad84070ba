"""The promises, proved on the whole product: killed, lied to, moved in time, run for long, led through at random."""
