"""How a message gets there: the ledger of what is to be sent, attempts in order, and a verdict for each.

Every message is stored before it is sent and tried until its channel takes it or refuses it for good; of one home
they arrive in their order.
"""
