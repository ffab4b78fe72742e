/** What the tablet keeps: the log of operations, photos that wait, answers for a shift without network. */
import Dexie, { type EntityTable, type Table } from "dexie";
import type { Operation } from "./operations";

export interface KeptBlob {
  id: number;
  blob: Blob;
  bytes: number;
}

/** An answer of the service as it was read last. */
export interface Snapshot {
  /** `<staff id> <name>` */
  key: string;
  staffId: string;
  data: unknown;
  /** hotel time at which it was true, ms */
  asOf: number;
  /** this tablet's clock when it was asked for, ms: for order against operations only */
  askedAt: number;
}

/** The last person who signed in here with a PIN, as far as a tablet without network must know. */
export interface Person {
  staffId: string;
  code: string;
  name: string;
  salt: Uint8Array<ArrayBuffer>;
  rounds: number;
  hash: Uint8Array<ArrayBuffer>;
  failures: number;
}

export interface Kept {
  name: string;
  value: unknown;
}

export class TabletDatabase extends Dexie {
  operations!: EntityTable<Operation & { seq: number }, "seq">;
  blobs!: EntityTable<KeptBlob, "id">;
  snapshots!: Table<Snapshot, string>;
  people!: Table<Person, string>;
  kept!: Table<Kept, string>;

  constructor(name = "innkeeper") {
    super(name);
    this.version(1).stores({
      operations: "++seq, &id, state, path, [state+staffId]",
      blobs: "++id",
      snapshots: "key, staffId, askedAt",
      people: "staffId",
      kept: "name",
    });
  }
}
