/** What batch executors share: Nx hands over the tasks of many projects, and wants one result for each. */
import type { ExecutorContext, TaskGraph } from '@nx/devkit';

/** A project's root, relative to the workspace, and what its task is called. */
export type BatchProject = { task: string; root: string };
export type BatchResult = { success: boolean; terminalOutput: string; startTime: number; endTime: number };
/** Standard output of one project's task; empty when nothing was found. */
export type Findings = Map<BatchProject, string>;

export function projectsOf(taskGraph: TaskGraph, { projectsConfigurations }: ExecutorContext): BatchProject[] {
  return Object.values(taskGraph.tasks).map(({ id, target }) => ({
    task: id,
    root: projectsConfigurations.projects[target.project]!.root,
  }));
}

/** The project whose folder holds the file: of several the innermost. `path` is relative to the workspace. */
export function ownerOf(projects: readonly BatchProject[], path: string): BatchProject | undefined {
  return projects
    .filter(({ root }) => root === '.' || path.startsWith(`${root}/`))
    .toSorted((a, b) => b.root.length - a.root.length)[0];
}

/** One result for each project, in the form that Nx expects of a batch. */
export function* batchResults(findings: Findings, startTime: number): Generator<{ task: string; result: BatchResult }> {
  for (const [{ task }, terminalOutput] of findings) {
    yield { task, result: { success: terminalOutput === '', terminalOutput, startTime, endTime: Date.now() } };
  }
}
