import { type Colours, readColours } from './colours.ts';
import { axisStyle, baseOption, type EChartsOption, type Purpose } from './option.ts';
import { fileNameOf, saveAs } from './save.ts';

export interface Pictured {
  readonly title: string;
  readonly description: string;
  readonly height: number;
  readonly option: (colours: Colours, purpose: Purpose) => EChartsOption;
}

const width = 960;
const headHeight = 56;
const margin = 24;
/** Pixels of a PNG for each of the picture: sharp on paper and on any screen. */
const pngScale = 2;

/** Saves a chart as SVG: with its title, on a ground of its own, as large as a page of slides takes it. */
export async function saveSvg(pictured: Pictured): Promise<void> {
  const svg = await draw(pictured);
  saveAs(new Blob([svg], { type: 'image/svg+xml' }), fileNameOf(pictured.title, 'svg'));
}

/** Saves a chart as PNG. */
export async function savePng(pictured: Pictured): Promise<void> {
  const address = URL.createObjectURL(new Blob([await draw(pictured)], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = width * pngScale;
    canvas.height = heightOf(pictured) * pngScale;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (png === null) throw new Error('The browser could not make a picture of it.');
    saveAs(png, fileNameOf(pictured.title, 'png'));
  } finally {
    URL.revokeObjectURL(address);
  }
}

function heightOf({ height }: Pictured): number {
  return height + headHeight + margin;
}

async function draw(pictured: Pictured): Promise<string> {
  const { init } = await import('./echarts.ts');
  const colours = readColours();
  const height = heightOf(pictured);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    const option = pictured.option(colours, 'picture');
    const grid = [option.grid ?? {}].flat()[0];
    chart.setOption({ ...baseOption(colours, pictured.description, true), ...option });
    chart.setOption({
      backgroundColor: colours.surface,
      title: {
        text: pictured.title,
        left: margin,
        top: 20,
        textStyle: { ...axisStyle(colours).axisLabel, color: colours.text, fontSize: 16, fontWeight: 600 },
      },
      grid: { ...grid, top: Number(grid?.top ?? 0) + headHeight, bottom: Number(grid?.bottom ?? 0) + margin },
    });
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}
