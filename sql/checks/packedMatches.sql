-- packedMatches: files of commits whose packed lines, hunks or matches are not as many as they say.
-- grain: repository_id, commit_id, path_id
select change.repository_id, change.commit_id, change.path_id
from fact_commit_file_change as change
left join fact_commit_line_match as line_match
  on line_match.repository_id = change.repository_id
  and line_match.commit_id = change.commit_id
  and line_match.path_id = change.path_id
where (change.added is null) <> (change.hunks is null)
  or (change.removed is null) <> (change.hunks is null)
  or length(change.added) <> 16 * change.added_lines
  or length(change.removed) <> 16 * change.removed_lines
  or length(change.hunks) % 16 <> 0
  or (line_match.added is not null and change.added is null)
  or length(line_match.added) <> 3 * change.added_lines
  or length(line_match.removed) <> 3 * change.removed_lines
  or length(line_match.edits) % 16 <> 0
  or line_match.ai_added_lines > change.added_lines - change.long_added_lines
  or line_match.ai_removed_lines > change.removed_lines - change.long_removed_lines
