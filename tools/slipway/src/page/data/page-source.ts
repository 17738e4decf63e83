import type { LogSource } from '../../operate/logs/log-source.ts';
import type { StackAction } from './page-action.ts';
import type { PageDatabase, PageEdge, PageFinding, PageService, PageStart } from './page-types.ts';
import type { PageDeploys, PageDiff } from './page-deploys.ts';
import type { PageKey, PageServiceDetails } from './page-service-details.ts';

/** What a stack is at a moment. */
export type StackLook = {
  isReady: boolean;
  findings: PageFinding[];
  services: PageService[];
  databases: PageDatabase[];
  edges: PageEdge[];
  starts: PageStart[];
  actions: 'seed'[];
};

/** Where the page has its data from: processes of this machine, or a cluster. */
export type PageSource = {
  place: 'processes' | 'cluster';
  title: string;
  workspaceRoot?: string;
  /** Folder of the runs of pages of this stack; absent: they are not kept. */
  runsFolder?: string;
  /** Asks the stack; takes as long as its slowest answer, bounded. */
  look(): Promise<StackLook>;
  logs: LogSource;
  /** The environment of a service; undefined when there is no such service. */
  environment(service: string): Promise<PageKey[] | undefined>;
  /** Pods, revisions and probes of a service; undefined when there is no such service. */
  details(service: string): Promise<PageServiceDetails | undefined>;
  deploys(): Promise<PageDeploys>;
  /** What a deploy would change. Takes as long as the build of the images. Throws UserError where there is no cluster. */
  diff(signal: AbortSignal): Promise<PageDiff>;
  /** Does it, and resolves when it is done; `note` is told what it waits for. Throws UserError with the reason why not. */
  act(action: StackAction, signal: AbortSignal, note: (line: string) => void): Promise<void>;
  close(): Promise<void>;
};
