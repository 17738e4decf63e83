import * as executors from '../../src/nx/executors/entry.ts';

type Executor = (options: object, context: object) => Promise<{ success: boolean }>;

/** Runs one executor in a process of its own, as Nx does: its name, its options and its context as JSON. */
const [name, options, context] = process.argv.slice(2) as [keyof typeof executors, string, string];
const { success } = await (executors[name] as unknown as Executor)(JSON.parse(options), JSON.parse(context));
process.exit(success ? 0 : 1);
