import type { App } from './app-type.ts';
import { commonProblems } from './problem.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** The only body that services read. An empty one is left to the route's schema, which says what is missing. */
export function addJsonParser(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (body.length === 0) return done(null, undefined);
    if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
      return done(commonProblems.unsupportedMediaType({ detail: 'the body must not be compressed' }));
    }
    let text: string;
    try {
      text = decoder.decode(body);
    } catch {
      return done(commonProblems.malformedJson({ detail: 'the body is not valid UTF-8' }));
    }
    // Fastify's own parser: it refuses __proto__ and constructor.prototype.
    void parse(request, text, (error, value) => {
      if (error) return done(commonProblems.malformedJson());
      // Only an escape can smuggle these past the decoder.
      if (text.includes('\\u') && hasUnstorableText(value)) {
        return done(commonProblems.badRequest({ detail: 'text with NUL or a lone surrogate is refused' }));
      }
      done(null, value);
    });
  });
}

/** Not recursive: 64 KB of brackets are deeper than the stack. */
function hasUnstorableText(root: unknown): boolean {
  const rest: unknown[] = [root];
  while (rest.length > 0) {
    const value = rest.pop();
    if (typeof value === 'string') {
      if (value.includes('\0') || !value.isWellFormed()) return true;
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, child] of Object.entries(value)) rest.push(key, child);
    }
  }
  return false;
}
