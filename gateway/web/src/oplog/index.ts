/**
 * The tablet's operation log: taps that work without network, for every page of the app.
 *
 * A page that should work for a shift without network needs two things of it:
 *
 * `useSnapshot({ name, queryKey, fetch, reducer })` instead of `useQuery`: reads an answer of the service,
 * keeps it on the tablet, gives the kept one when nobody answers, and puts the person's own unsent taps on
 * top (`reducer`, a pure function such as `tasksAfter` of ./overlay). It returns `data` (with the taps),
 * `asOf` (hotel time in ms at which it was true), `fromStore`, `error`, `isPending` and `refetch`. Names are
 * unique in the app ("tasks.mine", "room.412"). Do not keep answers with guests' names.
 *
 *     const mine = useSnapshot({ name: "tasks.mine", queryKey: keys.tasks, fetch: () => ask(api.GET(…)), reducer: tasksAfter });
 *
 * `useOperation()` instead of `useMutation`: a function that keeps one tap on disk and has it sent in order
 * and once. It resolves as soon as the tap is kept (milliseconds), not when the service has it; it resolves
 * to null, and has told the person, when the log is full. Never send the same request beside the log.
 *
 *     const act = useOperation();
 *     await act({
 *       method: "POST",
 *       path: `/api/tasks/${task.id}/actions`,
 *       body: { action: "start", seen_state: task.state },
 *       subject: `task:${task.id}`,
 *       label: { key: "oplog.labels.start", values: { room: task.room } },
 *       effect: { task: task.id, action: "start" },
 *     });
 *
 * - Actions (POST) carry the key of their operation as Idempotency-Key and, in Operation-Age-Seconds, how
 *   long ago they were tapped. Edits (PATCH, PUT) give `seenVersion`, which is sent as If-Match; an edit on
 *   top of one's own unsent edit sees that one's version.
 * - A photo: `act({ method: "POST", path: "/api/files", blob, … })`, then `fromAnswer(upload.id)` in the body
 *   of the operation that names it. Both wait together.
 * - `label.key` is an i18n key (put it under `oplog.labels`); it names the tap in the list of unsent ones and
 *   for the supervisor who may get it. `subject` groups operations ("task:…", "room:412").
 * - The frame shows the badge, "data as of" and the drawer with both sides of a conflict by itself.
 *
 * `useTablet()` gives the log's state: operations, the sender's state, the person and the lock.
 * `tablet().lock()` locks the screen. For tests there are the classes themselves: `OperationLog`, `Sender`.
 */
export { useOperation, useSnapshot, useStanding, useTablet } from "./hooks";
export { type Body, fromAnswer, type NewOperation, type Operation } from "./operations";
export { roomAfter, roomsAfter, type Reducer, taskAfter, tasksAfter, ticketAfter, ticketsAfter } from "./overlay";
export { isUnreachable, tablet } from "./tablet";
