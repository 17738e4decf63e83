import { runBounded } from '../run-bounded.ts';
import { programs } from '../programs.ts';
import type { Stage } from '../stage.ts';
import { logFile } from '../workspace-root.ts';
import { commandStage } from './command-stage.ts';

const MINUTE = 60_000;

/** Both overlays rendered, checked against Kubernetes' schema and by kube-score, which is built with Go. */
export function scoreStage(): Stage {
  const stage = commandStage({
    name: 'score',
    description: 'every overlay is valid by Kubernetes’ schema and kube-score finds nothing new',
    // The overlay for kind has its tags and secrets from a deploy.
    needs: ['deploy'],
    command: programs.node('tools/kube-score/src/main.ts'),
    boundMs: 10 * MINUTE,
  });
  return {
    ...stage,
    async run(context) {
      if (!context.isCi && !(await hasGo())) return { leftOut: 'kube-score is built with Go, and none is on the PATH' };
      return stage.run(context);
    },
  };
}

async function hasGo(): Promise<boolean> {
  try {
    return (await runBounded(['go', 'version'], { boundMs: 20_000, logFile: logFile('go.log') })).exitCode === 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
