import * as v from 'valibot';
import { decodeUtf8, fromBase64Url, toBase64Url, utf8 } from '../lib/encoding.ts';
import { type IdPrefix, isId } from '../lib/ids.ts';
import { IntegerParameter } from './schemas.ts';

const DEFAULT_LIMIT = '20';

/** The query of a list, newest first: take the `limit + 1` largest ids below `cursor`. */
export function pageQuery(prefix: IdPrefix) {
  return {
    limit: v.optional(
      v.pipe(IntegerParameter(1, 100), v.description('How many items at most; 20 if not said.')),
      DEFAULT_LIMIT,
    ),
    cursor: v.optional(
      v.pipe(
        v.string(),
        v.description('The nextCursor of the page before.'),
        v.rawTransform(({ dataset, addIssue, NEVER }) => {
          const id = decodeUtf8(fromBase64Url(dataset.value) ?? new Uint8Array());
          if (id !== null && isId(prefix, id)) return id;
          addIssue({ message: 'Must be the nextCursor of a page of this list.' });
          return NEVER;
        }),
      ),
    ),
  };
}

/** The answer's schema of a list. */
export function Page<Item extends v.GenericSchema>(item: Item) {
  return v.object({
    items: v.array(item),
    nextCursor: v.pipe(v.nullable(v.string()), v.description('null on the last page.')),
  });
}

/** Turns the `limit + 1` rows of a query into a page; the extra row only says that there is another page. */
export function page<Row extends { id: string }, Item>(rows: Row[], limit: number, view: (row: Row) => Item) {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows.slice(0, limit).map(view),
    nextCursor: last === undefined ? null : toBase64Url(utf8(last.id)),
  };
}
