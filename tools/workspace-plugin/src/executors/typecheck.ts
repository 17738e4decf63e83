/** TypeScript over many projects in one program: they share libraries, and parse and check each of them once. */
import { globSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import ts from 'typescript';
import { type BatchProject, type BatchResult, batchResults, type Findings, ownerOf, projectsOf } from '../batch.ts';

export async function* typecheckBatch(
  taskGraph: TaskGraph,
  _inputs: unknown,
  _overrides: unknown,
  context: ExecutorContext,
): AsyncGenerator<{ task: string; result: BatchResult }> {
  const startTime = Date.now();
  yield* batchResults(findings(projectsOf(taskGraph, context), context.root), startTime);
}

export async function typecheck(_options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  const { root } = context.projectsConfigurations.projects[context.projectName!]!;
  const [output = ''] = findings([{ task: '', root }], context.root).values();
  process.stdout.write(output);
  return { success: output === '' };
}

/** What is wrong in the projects' own files; a file of another project is that project's. */
function findings(projects: BatchProject[], workspaceRoot: string): Findings {
  const found: Findings = new Map(projects.map((project) => [project, '']));
  const apart = projects.flatMap(({ root }) =>
    globSync(`${root}/src/**/tsconfig.json`, { cwd: workspaceRoot }).map((file) => dirname(file)),
  );
  const config = {
    extends: './tsconfig.base.json',
    include: projects.map(({ root }) => root),
    exclude: ['**/node_modules', ...apart],
  };
  check(ts.parseJsonConfigFileContent(config, ts.sys, workspaceRoot), projects, workspaceRoot, found);
  // A folder with a tsconfig.json runs elsewhere: what a browser has, Node's code must not see.
  for (const folder of apart) {
    const { config: own } = ts.readConfigFile(join(workspaceRoot, folder, 'tsconfig.json'), ts.sys.readFile);
    const parsed = ts.parseJsonConfigFileContent(own, ts.sys, join(workspaceRoot, folder));
    check(parsed, projects, workspaceRoot, found);
  }
  return found;
}

/** Adds to `found` what TypeScript says of one program. */
function check(
  { fileNames, options, errors }: ts.ParsedCommandLine,
  projects: BatchProject[],
  workspaceRoot: string,
  texts: Findings,
): void {
  const program = ts.createProgram({ rootNames: fileNames, options: { ...options, incremental: false } });
  const general = [...errors, ...program.getConfigFileParsingDiagnostics(), ...program.getOptionsDiagnostics()];
  const found = new Map(projects.map((project) => [project, [...general, ...program.getGlobalDiagnostics()]]));
  for (const file of program.getSourceFiles()) {
    const path = relative(workspaceRoot, file.fileName);
    const owner = path.includes('node_modules/') ? undefined : ownerOf(projects, path);
    if (owner !== undefined)
      found.get(owner)!.push(...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file));
  }
  const host = {
    getCanonicalFileName: (name: string) => name,
    getCurrentDirectory: () => workspaceRoot,
    getNewLine: () => '\n',
  };
  for (const [project, list] of found)
    texts.set(project, (texts.get(project) ?? '') + ts.formatDiagnostics(list, host));
}
