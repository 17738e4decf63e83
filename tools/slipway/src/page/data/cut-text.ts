/** The first `most` characters. A copy: a slice would keep the whole text in memory. */
export function cutText(text: string, most: number): string {
  return text.length <= most ? text : Buffer.from(text.slice(0, most)).toString();
}
