/** Keeps photos and the report that names them as operations of the tablet's log: none is sent without the other. */
import { useCallback } from "react";
import { fromAnswer, type NewOperation, useOperation } from "../oplog";

/** A function that keeps a report with its photos; false when there was no place for them (the person was told). */
export function usePhotoOperations(): (photos: readonly Blob[], report: NewOperation) => Promise<boolean> {
  const act = useOperation();
  return useCallback(
    async (photos, report) => {
      const uploads: string[] = [];
      for (const [index, blob] of photos.entries()) {
        const upload = await act({
          method: "POST",
          path: "/api/files",
          blob,
          subject: report.subject,
          label: { key: "oplog.labels.photo", values: { number: index + 1 } },
        });
        if (upload === null) return false;
        uploads.push(upload.id);
      }
      const kept = await act({ ...report, body: { ...report.body, photos: uploads.map((id) => fromAnswer(id)) } });
      return kept !== null;
    },
    [act],
  );
}
