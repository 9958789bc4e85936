import type { Database, SqlValue } from '../database/database';
import type { RecordFact } from '../providers/facts';

/** How many records of a kind a log holds, summed in memory and written once per transaction. */
export interface RecordCounts {
  add(fact: RecordFact): void;
  flush(): void;
}

const quarterMs = 900_000;

const upserts = {
  record: `
    insert into fact_source_record (log_id, quarter_at, record_type, client_version, is_known, records)
    values (?, ?, ?, ?, ?, ?)
    on conflict (log_id, quarter_at, record_type, client_version) do update set records = records + excluded.records`,
  unknownField: `
    insert into fact_source_unknown_field (log_id, record_type, field, client_version, records)
    values (?, ?, ?, ?, ?)
    on conflict (log_id, record_type, field, client_version) do update set records = records + excluded.records`,
};

export function createRecordCounts(database: Database, logId: number): RecordCounts {
  const counts = new Map<string, { kind: keyof typeof upserts; params: SqlValue[]; records: number }>();
  const count = (kind: keyof typeof upserts, params: SqlValue[]): void => {
    const key = JSON.stringify([kind, ...params]);
    const known = counts.get(key);
    if (known) {
      known.records += 1;
    } else {
      counts.set(key, { kind, params, records: 1 });
    }
  };

  return {
    add: (fact) => {
      const quarterAt = fact.at === undefined ? 0 : Math.floor(fact.at / quarterMs) * quarterMs;
      // The version matters where something is unknown: that is what a person reports.
      const version = fact.isKnown ? '' : (fact.clientVersion ?? '');
      count('record', [logId, quarterAt, fact.recordType, version, fact.isKnown ? 1 : 0]);
      for (const field of fact.unknownFields) {
        count('unknownField', [logId, fact.recordType, field, fact.clientVersion ?? '']);
      }
    },
    flush: () => {
      for (const { kind, params, records } of counts.values()) {
        database.run(upserts[kind], [...params, records]);
      }
      counts.clear();
    },
  };
}
