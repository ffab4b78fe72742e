/** Makes a camera's picture small enough to keep on a tablet and to send over a hotel's Wi-Fi. */

const LONGEST_SIDE_PIXELS = 1600;
const QUALITY = 0.82;

/** Width and height with the longest side at most so many pixels. */
export function fitted(width: number, height: number, most = LONGEST_SIDE_PIXELS): { width: number; height: number } {
  const factor = Math.min(1, most / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}

/**
 * The picture as a smaller JPEG, upright and without its metadata.
 *
 * Throws when the file is no picture that this browser can open.
 */
export async function shrink(file: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(file);
  const { width, height } = fitted(bitmap.width, bitmap.height);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return await new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg", QUALITY),
  );
}
