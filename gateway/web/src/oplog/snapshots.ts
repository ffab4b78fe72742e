/** Answers kept for a shift without network. They belong to one person and go with the next one's sign-in. */
import type { Snapshot, TabletDatabase } from "./database";

export const MOST_SNAPSHOTS = 600;

export class SnapshotStore {
  constructor(private readonly database: TabletDatabase) {}

  async put(staffId: string, name: string, data: unknown, asOf: number, askedAt: number): Promise<void> {
    const { snapshots } = this.database;
    const key = keyOf(staffId, name);
    const there = await snapshots.get(key);
    // Two questions may cross; the later one knows better.
    if (there !== undefined && there.askedAt > askedAt) return;
    await snapshots.put({ key, staffId, data, asOf, askedAt });
    const over = (await snapshots.count()) - MOST_SNAPSHOTS;
    if (over > 0) await snapshots.bulkDelete(await snapshots.orderBy("askedAt").limit(over).primaryKeys());
  }

  async get(staffId: string, name: string): Promise<Snapshot | null> {
    return (await this.database.snapshots.get(keyOf(staffId, name))) ?? null;
  }

  /** Forget what others saw here. */
  async keepOnly(staffId: string): Promise<void> {
    await this.database.snapshots.where("staffId").notEqual(staffId).delete();
  }

  async forget(): Promise<void> {
    await this.database.snapshots.clear();
  }
}

function keyOf(staffId: string, name: string): string {
  return `${staffId} ${name}`;
}
