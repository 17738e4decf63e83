import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readServiceSpec } from '../../services/read-service.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import { isSynced } from '../../services/is-synced.ts';
import { SERVICE_FILE } from '../../services/service-roots.ts';
import { isPartOf } from '../local/is-part-of.ts';
import { sourceFolders } from '../local/source-folders.ts';
import { type DevBuild, type DevBundler, openDevBundler } from './dev-bundler.ts';
import { chooseChangeAction, type ChangeAction, isDeployed, isSourceIn } from './change-action.ts';
import type { PodLink } from './pod-link.ts';
import type { Outcome } from './pod/protocol.ts';
import { runEverywhere } from './run-everywhere.ts';

/** What a sync came to, pod by pod, and how long its stages took, ms. `isWithdrawn`: no pod keeps it, as not all could. */
export type SyncResult = { buildMs: number; sendMs: number; outcomes: Map<string, Outcome>; isWithdrawn: boolean };

export type WatchedService = {
  name: string;
  /** Folders whose files make it up. */
  folders: () => string[];
  /** Throws ValidationError when what it declares cannot be read. */
  changeActionOf: (changed: string[]) => Promise<ChangeAction>;
  /**
   * Builds and lets every pod run it; undefined when the code is what runs already, 'deploy' when it imports other
   * packages than the pods' image has. Throws ValidationError.
   */
  sync: (links: () => Promise<Map<string, PodLink>>) => Promise<SyncResult | 'deploy' | undefined>;
  /** Brings pods that came since up to what the others run, and sends ahead what every later change needs. */
  catchUp: (links: Map<string, PodLink>) => Promise<void>;
  /** Before a deploy: begins anew from the files as they are, which its image will hold. Throws ValidationError. */
  begin: () => Promise<void>;
  /** What the pods serve is no longer what they were sent: the next sync is not left out. */
  forget: () => void;
  close: () => Promise<void>;
};

export function watchService(workspaceRoot: string, root: string): WatchedService {
  let serviceSpec: ServiceSpec;
  let bundler: DevBundler | undefined;
  let folders = sourceFolders(workspaceRoot, root);
  let built: DevBuild | undefined;
  /** What the pods serve; undefined if unknown. */
  let served: DevBuild | undefined;
  /** Those of the image that was deployed. */
  let packages = '';
  /** It was sent to them, and is not what their image holds. */
  let isSent = false;
  let isBroken = false;

  async function build(): Promise<DevBuild> {
    if (bundler === undefined) throw new Error(`${root} is built before its watch begins`);
    isBroken = true;
    built = await bundler.build();
    isBroken = false;
    return built;
  }

  return {
    name: basename(root),
    folders: () => folders,
    changeActionOf: async (changed) => {
      if (!isSynced(serviceSpec)) {
        const because = changed.find((path) => isPartOfImage(serviceSpec, path));
        const shared = changed.find((path) =>
          isSourceIn(
            folders.filter((folder) => folder !== root),
            path,
          ),
        );
        const first = because ?? shared;
        return first === undefined ? { way: 'none' } : { way: 'deploy', because: first };
      }
      const declaring = changed.find((path) => declares(serviceSpec, path));
      const isServiceSpecSame =
        declaring === undefined || isDeepStrictEqual(await readServiceSpec(workspaceRoot, root), serviceSpec);
      return chooseChangeAction(
        {
          root,
          folders,
          inputs: isBroken ? undefined : built?.inputs,
          redeclaredIn: isServiceSpecSame ? undefined : declaring,
        },
        changed,
      );
    },
    sync: async (links) => {
      const start = performance.now();
      const fresh = await build();
      folders = sourceFolders(workspaceRoot, root);
      const buildMs = performance.now() - start;
      if (fresh.packages !== packages) return 'deploy';
      if (fresh.version === served?.version) return undefined;
      const { outcomes, isWithdrawn } = await runEverywhere(await links(), fresh, served);
      if (!isWithdrawn && [...outcomes.values()].some(({ status }) => status === 'serving')) {
        served = fresh;
        isSent = true;
      }
      return { buildMs, sendMs: performance.now() - start - buildMs, outcomes, isWithdrawn };
    },
    catchUp: async (links) => {
      for (const link of links.values()) {
        if (isSent && served !== undefined && link.serving() !== served.entry) await link.run(served);
        else if (built !== undefined) await link.send(built);
      }
    },
    begin: async () => {
      serviceSpec = await readServiceSpec(workspaceRoot, root);
      folders = sourceFolders(workspaceRoot, root);
      await bundler?.close();
      bundler = undefined;
      if (!isSynced(serviceSpec)) return;
      bundler = await openDevBundler(workspaceRoot, serviceSpec);
      served = await build();
      packages = served.packages;
      isSent = false;
    },
    forget: () => (served = undefined),
    close: async () => bundler?.close(),
  };
}

/** Whether the file says what the service declares. */
function declares({ root, configFile }: ServiceSpec, path: string): boolean {
  // Written beside a slipway.yaml, the usual one becomes its configFile.
  return [configFile, `${root}/src/config.ts`, `${root}/${SERVICE_FILE}`].includes(path);
}

/** Whether an edit of the file takes new pods of a service that is not synced. How it runs on this machine has no say. */
function isPartOfImage(serviceSpec: ServiceSpec, path: string): boolean {
  const { root, build } = serviceSpec;
  if (declares(serviceSpec, path)) return true;
  if (build !== undefined && 'dockerfile' in build && path === join(root, build.dockerfile)) return true;
  if (!path.startsWith(`${root}/`)) return false;
  const inside = path.slice(root.length + 1);
  return isDeployed(inside) || isPartOf({ root, ...(build && { build }) }, inside);
}
