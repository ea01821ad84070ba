#!/usr/bin/env bash
# One alert through the real channel to a real Postfix on this machine, and out of its mailbox again. Run by hand.
#
# Needs Debian's postfix package and root; installs nothing. Postfix runs with a configuration and queue of its own in a
# throw-away folder, on loopback alone, and is stopped at the end. Usage: tests/postfix.sh [PYTHON]
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:-.venv/bin/python}
port=${PORT:-2587}

command -v postfix > /dev/null || { echo "no postfix here: apt-get install postfix" >&2; exit 2; }
[ "$(id -u)" = 0 ] || { echo "postfix starts as root only" >&2; exit 2; }

folder=$(mktemp -d)
stop() {
    postfix -c "$folder/etc" stop > /dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT

chmod 755 "$folder"
mkdir -p "$folder/etc" "$folder/queue" "$folder/data" "$folder/mail"
chown postfix "$folder/data" "$folder/mail"
cp "$PWD"/tests/standins/tls/localhost.{pem,key} "$folder/etc/"
cp /etc/postfix/master.cf.proto "$folder/etc/master.cf" 2> /dev/null || cp /usr/share/postfix/master.cf.dist "$folder/etc/master.cf"
sed -i "s/^smtp  *inet.*smtpd$/127.0.0.1:$port inet n - n - - smtpd/" "$folder/etc/master.cf"
cat > "$folder/etc/main.cf" << CONFIG
compatibility_level = 3.6
queue_directory = $folder/queue
data_directory = $folder/data
inet_interfaces = 127.0.0.1
mynetworks = 127.0.0.0/8
myhostname = localhost
mydestination =
alias_maps =
virtual_mailbox_domains = example.org
virtual_mailbox_base = $folder/mail
virtual_mailbox_maps = inline:{ desk@example.org=desk }
virtual_uid_maps = static:$(id -u postfix)
virtual_gid_maps = static:$(id -g postfix)
smtpd_tls_cert_file = $folder/etc/localhost.pem
smtpd_tls_key_file = $folder/etc/localhost.key
smtpd_tls_security_level = encrypt
smtpd_recipient_restrictions = permit_mynetworks, reject
default_transport = error:nothing leaves this machine
maillog_file_prefixes = $folder
maillog_file = $folder/log
CONFIG
grep -q '^postlog' "$folder/etc/master.cf" || echo "postlog unix-dgram n - n - 1 postlogd" >> "$folder/etc/master.cf"
postfix -c "$folder/etc" start

SSL_CERT_FILE=$PWD/tests/standins/tls/localhost.pem "$python" - "$port" << 'PYTHON'
import sys
from zoneinfo import ZoneInfo

from tests.messages.messages import message
from watcher.delivery.channels.email.smtp import EmailChannel

to = ("desk@example.org", "nobody@example.org")
channel = EmailChannel(
    "mail", smtp=f"smtp://localhost:{sys.argv[1]}", sender="watcher@example.org", to=to, zone=ZoneInfo("Europe/London")
)
print("check:", channel.check() or "ok")
for recipient in to:
    print(recipient, channel.send(message(recipient=recipient)))
PYTHON

for _ in $(seq 50); do
    [ -s "$folder/mail/desk" ] && break
    sleep 0.1
done
echo "--- the mailbox"
grep -E '^(From|To|Subject|Date|Message-ID|Auto-Submitted|List-Id|Received|  *(by|with)|\s+\(using)' "$folder/mail/desk" || {
    cat "$folder/log"
    exit 1
}
grep -q '^Message-ID: <feedfacefeedface@example.org>' "$folder/mail/desk"
echo "arrived"
