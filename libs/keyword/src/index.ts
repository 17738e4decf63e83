/** The keyword `x-slipway`, shared by the config library, which writes it, and by slipway, which reads it. */
export { keywordProblem } from './keyword-problem.ts';
export { KEYWORD, type SlipwayKeyword, slipwayKeyword } from './slipway-keyword.ts';
