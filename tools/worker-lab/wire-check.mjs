/**
 * What the lab's wire does to what others send over it: round trips and losses of 3,000 small packets, one by one (UDP), and the speed of one
 * connection (TCP).
 *
 *     node tools/worker-lab/wire-check.mjs --delay 20 --jitter 5 --loss 0.01 [--megabytes 64] [--lab 1]
 *
 * Needs root and iproute2. Build first.
 */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { hostFlags, hostOptions } from './flags.mjs';
import { Hosts } from './hosts.mjs';

const { values } = parseArgs({
  options: {
    ...hostFlags,
    megabytes: { type: 'string', default: '64' },
    role: { type: 'string' },
    host: { type: 'string', default: '' },
  },
});
const [echoPort, bulkPort] = [7001, 7002];
const packets = 3000;

/** Sends back every packet; says how many bytes a connection brought. */
function serve() {
  const echo = createSocket('udp4');
  echo.on('message', (bytes, { port, address }) => echo.send(bytes, port, address));
  echo.bind(echoPort);
  createServer({ allowHalfOpen: true }, (socket) => {
    let bytes = 0;
    socket.on('data', (part) => (bytes += part.length));
    socket.on('end', () => socket.end(String(bytes)));
  }).listen(bulkPort, () => console.log('ready'));
}

/** @returns {Promise<string>} */
async function roundTrips() {
  const socket = createSocket('udp4');
  /** @type {number[]} */
  const times = [];
  socket.on('message', (bytes) => times.push(performance.now() - bytes.readDoubleLE()));
  for (let i = 0; i < packets; i++) {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(performance.now());
    socket.send(bytes, echoPort, values.host);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await new Promise((resolve) => setTimeout(resolve, 1000));
  socket.close();
  times.sort((a, b) => a - b);
  const at = (/** @type {number} */ share) => times[Math.floor(share * (times.length - 1))]?.toFixed(2);
  const missing = ((100 * (packets - times.length)) / packets).toFixed(2);
  return `round trips: ${at(0)} to ${at(1)} ms, median ${at(0.5)}; ${missing} % of ${packets} did not come back`;
}

/** @returns {Promise<string>} */
function bulk() {
  const bytes = Number(values.megabytes) * 1e6;
  const began = performance.now();
  const socket = connect({ host: values.host, port: bulkPort });
  socket.end(Buffer.alloc(bytes, 1));
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.once('data', (text) => {
      if (Number(String(text)) !== bytes) reject(new Error(`expected ${bytes} bytes, got ${text}`));
      const seconds = (performance.now() - began) / 1000;
      resolve(`one connection: ${((8 * bytes) / seconds / 1e6).toFixed(0)} Mbit/s`);
    });
  });
}

/** @param {string} host @param {readonly string[]} more */
function on(host, ...more) {
  const words = ['netns', 'exec', host, process.execPath, fileURLToPath(import.meta.url), ...more];
  return spawn('ip', words, { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function check() {
  const hosts = new Hosts({ count: 2, ...hostOptions(values) });
  const server = on(hosts.addressOf(1), '--role', 'serve');
  try {
    await new Promise((resolve) => server.stdout.once('data', resolve));
    const words = ['--role', 'ask', '--host', hosts.addressOf(1), '--megabytes', values.megabytes];
    const client = on(hosts.addressOf(0), ...words);
    client.stdout.pipe(process.stdout);
    await new Promise((resolve) => client.once('close', resolve));
    if (hosts.carried) console.log(`the wire: ${JSON.stringify(hosts.carried)}`);
  } finally {
    server.kill('SIGKILL');
    await hosts.remove();
  }
}

if (values.role === 'serve') serve();
else if (values.role === 'ask') {
  console.log(await roundTrips());
  console.log(await bulk());
} else await check();
