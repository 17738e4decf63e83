/** The words of a search as a person types it. */
export function wordsIn(text: string | null | undefined): string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}
