/** svgImage turns the server's QR drawing into an image address; as an image it cannot run anything. */
export function svgImage(svg: string): string {
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
}
