/** A column of the database that holds sealed values, or NULL. */
export interface SealedColumn {
  table: string;
  column: string;
  /** The columns that name the place which a value is sealed to. */
  names: string[];
  place: (names: string[]) => string;
}

/** All there are. The places are those of the modules that seal the values. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  { table: 'stores', column: 'digest_key', names: ['id'], place: ([id]) => `stores/${id}/digestKey` },
  {
    table: 'source_secrets',
    column: 'sealed',
    names: ['source_id', 'id'],
    place: ([sourceId, id]) => `sources/${sourceId}/secrets/${id}`,
  },
  { table: 'sources', column: 'sealed_access_token', names: ['id'], place: ([id]) => `sources/${id}/accessToken` },
  { table: 'advocates', column: 'sealed_email', names: ['id'], place: ([id]) => `advocates/${id}/email` },
  { table: 'advocates', column: 'sealed_name', names: ['id'], place: ([id]) => `advocates/${id}/name` },
  { table: 'salts', column: 'sealed', names: ['day'], place: ([day]) => `salts/${day}/sealed` },
  { table: 'callbacks', column: 'sealed', names: ['id'], place: ([id]) => `callbacks/${id}/request` },
  {
    table: 'replays',
    column: 'sealed_body',
    names: ['principal', 'key'],
    place: ([principal, key]) => `replays/${principal}/${key}`,
  },
];
