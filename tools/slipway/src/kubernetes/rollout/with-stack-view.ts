import type { KubeApi } from '../client/kube-api.ts';
import { openStackView, type StackView } from './stack-view.ts';

/** Watches the stack of `context` for the time of `work`, which gets the view with the rest of it. */
export async function withStackView<Context extends { api: KubeApi; stack: string }, Result>(
  context: Context,
  work: (watched: Context & { view: StackView }) => Promise<Result>,
): Promise<Result> {
  const view = await openStackView(context.api, context.stack);
  try {
    return await work({ ...context, view });
  } finally {
    view.close();
  }
}
