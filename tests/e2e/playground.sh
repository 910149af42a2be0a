#!/usr/bin/env bash
# Starts Microsoft 365 Agents Playground against the bot on localhost: playground.sh BOT_PORT [PORT]
set -euo pipefail
cd "$(dirname "$0")"
bot_port=${1:?usage: playground.sh BOT_PORT [PORT]}
port=${2:-56150}
if ! (exec 3<>"/dev/tcp/127.0.0.1/$bot_port") 2>/dev/null; then
  echo "No bot answers on 127.0.0.1:$bot_port. Start it in another terminal: make run" >&2
  exit 1
fi
echo "Chat with the bot at http://127.0.0.1:$port (Ctrl+C ends it)"
export NODE_OPTIONS="--require $PWD/loopback.cjs"
export M365_AGENTS_PLAYGROUND_CONFIG_PATH="$PWD/m365agentsplayground.yml"
exec node node_modules/@microsoft/m365agentsplayground/cli.js start \
  -e "http://127.0.0.1:$bot_port/api/messages" -c msteams -p "$port" \
  --service-url "http://127.0.0.1:$port/_connector" --disable-telemetry
