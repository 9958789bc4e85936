/** SQL: how many characters were written of a `fact_session_usage` whose output count is too low; 0 of all others. */
export const writtenCharacters = `(
  case when fact_session_usage.is_output_underreported = 1 then (
    select coalesce(sum(part.characters), 0)
    from fact_session_response_part as part
    where part.response_key = fact_session_usage.response_key
  ) else 0 end
)`;

/** The usual rule of thumb for English text; here it says too little. How far off it is: docs/decisions/0011. */
const charactersPerToken = 4;

/** Output tokens of a response beyond those that its log counts, estimated from what it wrote. Never under 0. */
export function missingOutputTokens(characters: number, loggedTokens: number): number {
  return Math.max(0, Math.ceil(characters / charactersPerToken) - loggedTokens);
}
