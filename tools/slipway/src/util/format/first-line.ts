export function firstLine(text: string): string {
  const [line = ''] = text.split('\n');
  return line;
}
