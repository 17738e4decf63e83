import type { LogSource } from '../../operate/logs/log-source.ts';
import type { PageAction, PageDatabase, PageEdge, PageFinding, PageKey, PageService, PageStart } from './page-types.ts';

/** What a stack is at a moment. */
export type StackLook = {
  isReady: boolean;
  findings: PageFinding[];
  services: PageService[];
  databases: PageDatabase[];
  edges: PageEdge[];
  starts: PageStart[];
};

/** Where the page has its data from: processes of this machine, or a cluster. */
export type PageSource = {
  place: 'processes' | 'cluster';
  title: string;
  /** Asks the stack; takes as long as its slowest answer, bounded. */
  look(): Promise<StackLook>;
  logs: LogSource;
  /** The environment of a service; undefined when there is no such service. */
  environment(service: string): Promise<PageKey[] | undefined>;
  /** Does it, and resolves when it is done. Throws UserError with the reason why not. */
  act(action: PageAction, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
};
