import type { EChartsType } from 'echarts/core';
import { Download, EllipsisVertical, Table2 } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTheme } from '../../lib/theme.ts';
import { IconButton } from '../button.tsx';
import { Menu, MenuCheck, MenuItem, MenuLine } from '../menu.tsx';
import { toastError } from '../toast.tsx';
import { type Colours, readColours } from './colours.ts';
import { type Rows, toCsv } from './csv.ts';
import { baseOption, type EChartsOption, type Purpose } from './option.ts';
import { fileNameOf, saveAs } from './save.ts';
import { TableTwin } from './table-twin.tsx';

export interface ChartProps {
  readonly title: string;
  /** What it shows, in a sentence, for those who do not see it. */
  readonly description: string;
  /** In CSS pixels; its width is that of its place. */
  readonly height: number;
  /** Pure: what to draw with these colours. The same one makes the pictures that are saved. */
  readonly option: (colours: Colours, purpose: Purpose) => EChartsOption;
  /** The numbers behind it: its table twin, and its CSV. */
  readonly rows: Rows;
  /** Something was clicked: the index of its series and of its datum. */
  readonly onPick?: (series: number, datum: number) => void;
  /** Beside the drawing, such as its rows as buttons; not shown with the table. */
  readonly beside?: ReactNode;
  readonly aside?: ReactNode;
  /** Of its heading: 3 within something that has a heading of its own. */
  readonly level?: 2 | 3;
}

/** A chart with its title and one menu: as a table, as a picture, as data. */
export function Chart(props: ChartProps): ReactNode {
  const { title, rows, aside, beside, level = 2 } = props;
  const Heading = `h${level}` as const;
  const [isTable, setTable] = useState(false);
  return (
    <figure className="m-0 flex flex-col gap-2">
      <figcaption className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Heading className={level === 2 ? 'text-lg font-semibold' : 'font-semibold'}>{title}</Heading>
        {aside && <div className="min-w-0 text-sm text-muted max-md:order-last max-md:w-full">{aside}</div>}
        <div className="ml-auto">
          <ChartMenu {...props} isTable={isTable} onTable={setTable} />
        </div>
      </figcaption>
      {isTable ? (
        <TableTwin label={title} rows={rows} />
      ) : (
        <div className="flex min-w-0">
          {beside}
          <Drawing {...props} />
        </div>
      )}
    </figure>
  );
}

function Drawing({ description, height, option, onPick }: ChartProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<EChartsType | null>(null);
  const { theme, isDark } = useTheme();
  const pick = useRef(onPick);
  pick.current = onPick;
  useEffect(() => {
    let made: EChartsType | null = null;
    let isOver = false;
    const watcher = new ResizeObserver(() => made?.resize({ animation: { duration: 0 } }));
    const draw = async (): Promise<void> => {
      const { init } = await import('./echarts.ts');
      const element = place.current;
      if (isOver || element === null) return;
      made = init(element, null, { renderer: 'svg' });
      made.on('click', ({ seriesIndex, dataIndex }) => pick.current?.(seriesIndex ?? 0, dataIndex));
      watcher.observe(element);
      setChart(made);
    };
    draw().catch(toastError);
    return () => {
      isOver = true;
      watcher.disconnect();
      made?.dispose();
      setChart(null);
    };
  }, []);
  useEffect(() => {
    if (chart === null) return;
    const colours = readColours();
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
    chart.setOption({ ...baseOption(colours, description, isStill), ...option(colours, 'page') }, { notMerge: true });
  }, [chart, option, description, theme, isDark]);
  return <div ref={place} role="img" aria-label={description} className="min-w-0 flex-1" style={{ height }} />;
}

function ChartMenu({
  isTable,
  onTable,
  ...props
}: ChartProps & { isTable: boolean; onTable: (on: boolean) => void }): ReactNode {
  const save = (kind: 'saveSvg' | 'savePng') => (): void =>
    void import('./picture.ts').then((picture) => picture[kind](props)).catch(toastError);
  return (
    <Menu
      trigger={
        <IconButton label={`More of “${props.title}”`}>
          <EllipsisVertical size={16} />
        </IconButton>
      }
    >
      <MenuCheck checked={isTable} onChange={onTable}>
        <Table2 size={14} aria-hidden="true" />
        As a table
      </MenuCheck>
      <MenuLine />
      <MenuItem icon={<Download size={14} />} onSelect={save('saveSvg')}>
        Picture (SVG)
      </MenuItem>
      <MenuItem icon={<Download size={14} />} onSelect={save('savePng')}>
        Picture (PNG)
      </MenuItem>
      <MenuItem
        icon={<Download size={14} />}
        onSelect={() =>
          saveAs(new Blob([toCsv(props.rows)], { type: 'text/csv;charset=utf-8' }), fileNameOf(props.title, 'csv'))
        }
      >
        Data (CSV)
      </MenuItem>
    </Menu>
  );
}
