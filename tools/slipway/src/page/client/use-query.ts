import type { Signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { ask } from './ask.ts';

/** Shortest interval between two queries of a view, ms. */
const LEAST_MS = 250;

/**
 * The answer to a query, asked again when what it `follows` changes: `news`, or the slower `status`. `answer` is undefined until
 * the first one; `isMissing`: there is no such thing; `error`: why the last question has no answer.
 */
export function useQuery<Value>(query: string, parameters: Record<string, string>, follows?: Signal<unknown>) {
  const [answer, setAnswer] = useState<Value | undefined>(undefined);
  const [isMissing, setMissing] = useState(false);
  const [error, setError] = useState<string | undefined>(undefined);
  const key = JSON.stringify(parameters);
  useEffect(() => {
    let isWanted = true;
    let timer: number | undefined;
    let isAsking = false;
    let isStale = false;
    const look = async (): Promise<void> => {
      if (isAsking) return void (isStale = true);
      isAsking = true;
      isStale = false;
      const found = await ask<Value>(query, parameters);
      if (!isWanted) return;
      if ('value' in found) setAnswer(found.value);
      const isUnknown = 'status' in found && found.status === 404;
      setMissing(isUnknown);
      setError('error' in found && !isUnknown ? found.error : undefined);
      timer = setTimeout(() => {
        isAsking = false;
        if (isStale) void look();
      }, LEAST_MS);
    };
    void look();
    const unfollow = follows?.subscribe(() => void look());
    return () => {
      isWanted = false;
      clearTimeout(timer);
      unfollow?.();
    };
  }, [query, key, follows]);
  return { answer, isMissing, error };
}
