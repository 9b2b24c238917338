import {
  asyncBufferFromFile,
  type DecodedArray,
  parquetMetadataAsync,
  parquetScan,
  parquetSchema,
  type SchemaElement,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { RowBatch, RowReader } from './rows.ts';
import type { Kind } from './value.ts';

/** Rows decoded at once at most when a row group is larger; a row group of common size is decoded whole. */
const sliceRows = 1_048_576;

/** Reads a Parquet file (any codec, zstd too) column by column, one row group at a time. */
export async function openParquet(path: string): Promise<RowReader> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const schema = parquetSchema(metadata);
  return {
    columns: schema.children.map(({ element }) => ({ name: element.name, kind: kindOf(element) })),
    rowCount: Number(metadata.num_rows),
    async *read(columns) {
      let first = 0;
      for (const group of metadata.row_groups) {
        const end = first + Number(group.num_rows);
        for (let start = first; start < end; start += sliceRows) {
          const rowEnd = Math.min(end, start + sliceRows);
          const scan = await parquetScan({
            file,
            metadata,
            compressors,
            columns: [...columns],
            rowStart: start,
            rowEnd,
          });
          yield await readSlice(columns, start, rowEnd, (column) =>
            scan.readColumn({ column, rowStart: start, rowEnd }),
          );
        }
        first = end;
      }
    },
  };
}

async function readSlice(
  columns: readonly string[],
  rowStart: number,
  rowEnd: number,
  readColumn: (column: string) => Promise<DecodedArray>,
): Promise<RowBatch> {
  const data: DecodedArray[] = [];
  for (const column of columns) data.push(await readColumn(column));
  return {
    columns: data,
    offset: 0,
    length: rowEnd - rowStart,
    number: (i) => rowStart + i,
    line: (i) => rowStart + i + 1,
  };
}

function kindOf(element: SchemaElement): Kind {
  const logical = element.logical_type?.type;
  if (element.repetition_type === 'REPEATED' || element.num_children !== undefined) return 'any';
  if (logical === 'TIMESTAMP' || logical === 'DATE' || element.type === 'INT96') return 'time';
  if (element.converted_type === 'DATE' || element.converted_type?.startsWith('TIMESTAMP')) return 'time';
  if (element.type === 'BOOLEAN') return 'bool';
  if (element.type === 'BYTE_ARRAY')
    return logical === 'DECIMAL' || element.converted_type === 'DECIMAL' ? 'number' : 'string';
  if (element.type === 'FIXED_LEN_BYTE_ARRAY') return logical === 'UUID' ? 'string' : 'any';
  return 'number';
}
