import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const apps = new URL('../../../../apps/', import.meta.url);

/** One service as a process of its own, from its sources. */
export class ServiceProcess {
  readonly #name: string;
  readonly environment: Record<string, string>;
  #child: ChildProcess | undefined;
  log = '';

  constructor(name: string, environment: Record<string, string>) {
    this.#name = name;
    this.environment = environment;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async migrate(): Promise<void> {
    const child = this.#spawn('migrate.ts');
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`${this.#name} did not migrate:\n${this.log}`);
  }

  /** Resolves when it serves. */
  async start(): Promise<void> {
    const child = this.#spawn('main.ts');
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on('data', (chunk: string) => {
        if (chunk.includes('serving on')) resolve();
      });
      child.once('exit', (code) => reject(new Error(`${this.#name} exited with ${code}:\n${this.log}`)));
    });
  }

  async stop(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    child.kill(signal);
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  }

  #spawn(entry: string): ChildProcess {
    const path = fileURLToPath(new URL(`${this.#name}/src/${entry}`, apps));
    const child = spawn(process.execPath, [path], {
      env: { PATH: process.env.PATH, ...this.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => (this.log += chunk));
    // A test that fails must not leave it behind.
    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    return child;
  }
}
