import { KEYWORD, keywordProblem, type SlipwayKeyword } from '@slipway/keyword';

/** What slipway is to know of a key, as a part of the key's schema. Throws TypeError for what slipway would not understand. */
export function keyword(value: SlipwayKeyword): { [KEYWORD]: SlipwayKeyword } {
  const problem = keywordProblem(value);
  if (problem !== undefined) throw new TypeError(`a key ${problem}`);
  return { [KEYWORD]: value };
}
