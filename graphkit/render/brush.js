// Two ways to paint the same: on a canvas, and as SVG.

class CanvasBrush {
  constructor(ctx) { this.ctx = ctx; }

  line([x1, y1], [x2, y2], width, colour, opacity) {
    const { ctx } = this;
    ctx.globalAlpha = opacity;
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.beginPath();
    ctx.moveTo(x1, y1);
    ctx.lineTo(x2, y2);
    ctx.stroke();
  }

  mark(shape, [x, y], size, colour, rim, rimWidth) {
    const { ctx } = this;
    ctx.globalAlpha = 1;
    ctx.fillStyle = colour;
    outline(ctx, shape, x, y, size);
    ctx.fill();
    ctx.lineWidth = rimWidth;
    ctx.strokeStyle = rim;
    ctx.stroke();
  }

  // A name, its middle at a place, with a seam of the paper's colour around it.
  name(text, [x, y], weight, ink, paper) {
    const { ctx } = this;
    ctx.globalAlpha = 1;
    ctx.font = `${weight} ${FONT_SIZE}px ${FONT}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    ctx.lineWidth = 3.5;
    ctx.strokeStyle = paper;
    ctx.strokeText(text, x, y);
    ctx.fillStyle = ink;
    ctx.fillText(text, x, y);
  }
}

function escaped(text) {
  return String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

class SvgBrush {
  constructor() { this.parts = []; }

  line([x1, y1], [x2, y2], width, colour, opacity) {
    const at = [x1, y1, x2, y2].map((value) => value.toFixed(1));
    this.parts.push(`<line x1="${at[0]}" y1="${at[1]}" x2="${at[2]}" y2="${at[3]}" stroke="${colour}" `
      + `stroke-width="${width.toFixed(2)}" stroke-opacity="${opacity}"/>`);
  }

  mark(shape, [x, y], size, colour, rim, rimWidth) {
    const paint = `fill="${colour}" stroke="${rim}" stroke-width="${rimWidth.toFixed(2)}"`;
    const at = (value) => value.toFixed(1);
    if (shape === 0) this.parts.push(`<circle cx="${at(x)}" cy="${at(y)}" r="${size.toFixed(2)}" ${paint}/>`);
    else {
      const half = size * 0.88, tip = size * 1.2;
      const corners = shape === 1
        ? [[x - half, y - half], [x + half, y - half], [x + half, y + half], [x - half, y + half]]
        : [[x, y - tip], [x + tip, y], [x, y + tip], [x - tip, y]];
      this.parts.push(`<polygon points="${corners.map((corner) => corner.map(at).join(",")).join(" ")}" ${paint}/>`);
    }
  }

  name(text, [x, y], weight, ink, paper) {
    this.parts.push(`<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-weight="${weight}" fill="${ink}" `
      + `stroke="${paper}">${escaped(text)}</text>`);
  }

  // The whole picture.
  picture(width, height, paper, title) {
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">\n`
      + `<title>${escaped(title)}</title>\n<rect width="100%" height="100%" fill="${paper}"/>\n`
      + `<g font-family="${escaped(FONT)}" font-size="${FONT_SIZE}" text-anchor="middle" dominant-baseline="central" `
      + `paint-order="stroke" stroke-width="3.5" stroke-linejoin="round">\n${this.parts.join("\n")}\n</g>\n</svg>\n`;
  }
}
