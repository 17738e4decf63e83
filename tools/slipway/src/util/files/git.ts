/** Whatever belongs to a repository may be asked, also one of another owner: nothing of it is run. */
export const GIT = ['git', '-c', 'safe.directory=*'] as const;

/** In a hook git's variables name the repository of the hook, which need not be that of `folder`. */
export function gitEnvironment(): Record<string, string | undefined> {
  const ofGit = Object.keys(process.env).filter((name) => name.startsWith('GIT_'));
  return { LC_ALL: 'C', ...Object.fromEntries(ofGit.map((name) => [name, undefined])) };
}
