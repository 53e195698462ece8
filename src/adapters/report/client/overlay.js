// What lies over and under the candles: stance bands, levels, the ladder, fills and the chosen bar.

const SHORTEST_LEVEL = 14;

/** A series primitive of lightweight-charts. `view` holds what to show: { layers: Set, pinned: bar or null }. */
function makeOverlay(symbol, view) {
  let chart = null;
  let series = null;
  let request = () => {};
  let colours = palette();
  const bars = symbol.bars.time.length;
  const segments = levelSegments(symbol);

  /** Geometry of this drawing: x of a bar's centre, y of a price, and the visible bars. */
  function geometry() {
    const scale = chart.timeScale();
    const origin = scale.logicalToCoordinate(0);
    const range = scale.getVisibleLogicalRange();
    if (origin === null || range === null) return null;
    const width = scale.options().barSpacing;
    return {
      width,
      first: Math.max(0, Math.floor(range.from)),
      last: Math.min(bars - 1, Math.ceil(range.to)),
      x: (bar) => origin + bar * width,
      y: (price) => series.priceToCoordinate(price),
    };
  }

  function drawStances(context, size, shape) {
    eachInForce(symbol.decisions, shape.first, shape.last, bars, ([, , stance], from, to) => {
      if (STANCES[stance] === "hold") return;
      const left = shape.x(from - 0.5);
      context.fillStyle = faded(colours[`stance-${STANCES[stance]}`], STANCES[stance] === "halt" ? 0.2 : 0.1);
      context.fillRect(left, 0, shape.x(to - 0.5) - left, size.height);
    });
  }

  function drawLevels(context, size, shape) {
    context.lineWidth = 1.25;
    for (const { from, to, kind, strength, points } of segments) {
      // What lasted for a few pixels is dust at this zoom.
      if (to < shape.first || from > shape.last || (to - from) * shape.width < SHORTEST_LEVEL) continue;
      context.strokeStyle = faded(kind > 0 ? colours.up : colours.down, 0.25 + 0.5 * strength);
      context.beginPath();
      points.forEach(([bar, price], index) => {
        const y = shape.y(price);
        context.lineTo(shape.x(bar - 0.5), y);
        context.lineTo(shape.x((points[index + 1]?.[0] ?? to) - 0.5), y);
      });
      context.stroke();
    }
  }

  function drawLadders(context, size, shape) {
    context.lineWidth = 1;
    context.strokeStyle = faded(colours.accent, 0.34);
    context.beginPath();
    for (const { steps } of symbol.ladders) {
      eachInForce(steps, shape.first, shape.last, bars, ([, prices], from, to) => {
        for (const price of prices) {
          const y = shape.y(price);
          if (y === null || y < 0 || y > size.height) continue;
          context.moveTo(shape.x(from - 0.5), Math.round(y) + 0.5);
          context.lineTo(shape.x(to - 0.5), Math.round(y) + 0.5);
        }
      });
    }
    context.stroke();
  }

  function drawFills(context, shape) {
    const half = Math.max(2.6, Math.min(6.5, 2.2 + shape.width * 0.35));
    context.lineWidth = 1;
    context.strokeStyle = colours.panel;
    for (const [bar, side, price] of symbol.fills) {
      if (bar < shape.first || bar > shape.last) continue;
      const y = shape.y(price);
      if (y === null) continue;
      const x = shape.x(bar);
      context.fillStyle = side > 0 ? colours.up : colours.down;
      context.beginPath();
      context.moveTo(x, y - side * half);
      context.lineTo(x + half, y + side * half * 0.8);
      context.lineTo(x - half, y + side * half * 0.8);
      context.closePath();
      context.fill();
      if (shape.width > 3) context.stroke();
    }
  }

  function drawPinned(context, size, shape) {
    if (view.pinned === null) return;
    context.fillStyle = faded(colours.ink, 0.12);
    const width = Math.max(2, shape.width);
    context.fillRect(shape.x(view.pinned) - width / 2, 0, width, size.height);
  }

  const layer = (zOrder, draw) => ({
    zOrder: () => zOrder,
    renderer: () => ({
      draw: (target) =>
        target.useMediaCoordinateSpace(({ context, mediaSize }) => {
          const shape = geometry();
          if (shape === null) return;
          context.save();
          draw(context, mediaSize, shape);
          context.restore();
        }),
    }),
  });
  const views = [
    layer("bottom", (context, size, shape) => {
      if (view.layers.has("stances")) drawStances(context, size, shape);
      drawPinned(context, size, shape);
      if (view.layers.has("ladder")) drawLadders(context, size, shape);
    }),
    layer("top", (context, size, shape) => {
      if (view.layers.has("levels")) drawLevels(context, size, shape);
      if (view.layers.has("fills")) drawFills(context, shape);
    }),
  ];

  return {
    attached(parameters) {
      chart = parameters.chart;
      series = parameters.series;
      request = parameters.requestUpdate;
    },
    paneViews: () => views,
    /** Draws again, with the theme's colours as they now are. */
    refresh() {
      colours = palette();
      request();
    },
  };
}

/**
 * Support and resistance as lines that last: a level of one decision goes on in the next one's level of the same
 * kind that lies within a quarter of a percent.
 */
function levelSegments(symbol) {
  const done = [];
  let open = [];
  for (const [bar, , , , , , , set] of symbol.decisions) {
    const going = [];
    for (const [price, kind, strength] of symbol.levels[set] ?? []) {
      const near = open.find((one) => one.kind === kind && Math.abs(one.price / price - 1) < 0.0025);
      if (near === undefined) {
        going.push({ from: bar, to: bar, kind, price, strength, points: [[bar, price]] });
        continue;
      }
      open.splice(open.indexOf(near), 1);
      if (near.price !== price) near.points.push([bar, price]);
      near.price = price;
      near.strength = Math.max(near.strength, strength);
      going.push(near);
    }
    for (const ended of open) done.push({ ...ended, to: bar });
    open = going;
  }
  for (const ended of open) done.push({ ...ended, to: symbol.bars.time.length });
  return done;
}
