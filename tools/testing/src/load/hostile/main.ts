// Hostile clients as a process of their own, so that they take no turn of the event loop of those who are measured:
// main.ts URL ATTACK. Prints its figures every quarter of a second and ends with its standard input.
import { setMaxListeners } from 'node:events';
import { setPriority } from 'node:os';
import { attacks, type AttackName, type HostileFigures } from './hostile-clients.ts';

const [url = '', name = ''] = process.argv.slice(2);
const attack = attacks[name as AttackName];
if (attack === undefined) throw new Error(`there is no attack ${name}; there are ${Object.keys(attacks).join(', ')}`);

// On one machine with what is attacked: its own work must not be what slows that down.
setPriority(19);
const stopping = new AbortController();
setMaxListeners(0, stopping.signal);
process.stdin.on('end', () => stopping.abort()).resume();
const figures: HostileFigures = { opened: 0, closed: 0, open: 0, answers: {} };
const report = () => console.log(JSON.stringify(figures));
const timer = setInterval(report, 250);
await attack(new URL(url), figures, stopping.signal);
clearInterval(timer);
report();
