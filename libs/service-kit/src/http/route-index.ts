import { commonProblems, type ProblemError } from './problem.ts';

/** Which methods each path has, to tell 404 from 405. */
export class RouteIndex {
  readonly #routes: { template: string; pattern: RegExp; methods: Set<string> }[] = [];

  add(methods: string | string[], template: string): void {
    let route = this.#routes.find((other) => other.template === template);
    if (route === undefined) {
      const source = template
        .split('/')
        .map((part) => (part.startsWith(':') ? '[^/]+' : part.replaceAll(/[^\w-]/g, '\\$&')));
      route = { template, pattern: new RegExp(`^${source.join('/')}$`), methods: new Set() };
      this.#routes.push(route);
    }
    for (const method of [methods].flat()) route.methods.add(method);
  }

  refusal(method: string, url: string): ProblemError {
    const path = url.split('?', 1)[0] ?? '/';
    const route = this.#routes.find(({ pattern }) => pattern.test(path));
    if (route === undefined || route.methods.has(method))
      return commonProblems.notFound({ detail: 'there is no such route' });
    return commonProblems.methodNotAllowed({ headers: { allow: [...route.methods].sort().join(', ') } });
  }
}
