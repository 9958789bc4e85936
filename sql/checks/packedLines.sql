-- packedLines: edits whose packed lines are not as many as they say; sixteen bytes hold one.
-- grain: call_key, ordinal
select call_key, ordinal
from fact_session_code_change
where length(added) <> 16 * added_lines
  or length(removed) <> 16 * removed_lines
