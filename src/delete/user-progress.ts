import type { Reported } from './delete-reply.ts';
import type { DeleteResult } from './settings.ts';

/** What is known about one user while its group is deleted. */
export interface UserProgress {
  readonly id: string;
  /** Whether the user existed before any attempt to delete it; null if that is not known. */
  existed: boolean | null;
  /** An earlier run may have deleted the user. */
  readonly attemptedBefore: boolean;
  /** Why the user is not deleted. */
  failure?: string;
  /** Why the user is intentionally kept. */
  kept?: string;
  /** Miso has no such user, and nothing was sent. */
  absent?: true;
  interactions: boolean;
  /** Delete calls with this user. */
  calls: number;
  /** Miso accepted the delete. */
  accepted?: {
    readonly taskId: string | undefined;
    readonly reported: Reported;
    /** An earlier request, whose reply was lost, may have deleted the user. */
    readonly repeated: boolean;
  };
  /** Not set if the user was not looked up after the delete. */
  remains?: boolean;
}

/**
 * The result of a user; undefined if nothing was sent, or there was no reply. `verify`: deleted users are
 * looked up.
 */
export function resultOf(
  user: UserProgress,
  { verify, time }: { verify: boolean; time: string },
): DeleteResult | undefined {
  const { id, existed, interactions } = user;
  const result = { id, existed, interactions, verified: false, time };
  if (user.failure !== undefined) return { ...result, outcome: 'failed', reason: user.failure };
  if (user.kept !== undefined) return { ...result, outcome: 'kept', reason: user.kept };
  if (user.absent) return { ...result, outcome: 'not-found', existed: false, reason: 'not found' };
  if (!user.accepted) {
    if (!interactions) return undefined;
    const stopped = { ...result, outcome: 'failed' } as const;
    if (user.calls === 0) return { ...stopped, reason: 'stopped after its interactions were deleted' };
    return { ...stopped, reason: 'no reply after its interactions were deleted', noReply: true };
  }
  const { taskId } = user.accepted;
  const before = existedBefore(user);
  const accepted = { ...result, existed: before, ...(taskId === undefined ? {} : { taskId }) };
  if (user.remains) return { ...accepted, outcome: 'still-there', reason: 'still there after 60 s' };
  const verified = user.remains === false;
  if (user.accepted.reported === 'unmentioned' && !verified) {
    return { ...accepted, outcome: 'failed', reason: "Miso's reply does not mention this user" };
  }
  if (before === false) return { ...accepted, outcome: 'not-found', verified, reason: 'not found' };
  if (verify && !verified) return { ...accepted, outcome: 'deleted', reason: 'deleted, not verified' };
  return { ...accepted, outcome: 'deleted', verified };
}

/** Whether a user whose delete was accepted existed before. */
function existedBefore({ existed, attemptedBefore, accepted }: UserProgress): boolean | null {
  if (existed || accepted?.reported === 'deleted') return true;
  const isMissing = existed === false || accepted?.reported === 'not-found';
  if (!isMissing) return null;
  if (attemptedBefore) return null;
  // Looked up before the first request, so no request of this run had deleted it.
  if (existed === false) return false;
  return accepted?.repeated ? null : false;
}

/** For the receipt, before the delete. Once a user may have been deleted, that it is missing proves nothing. */
export function intentOf({
  id,
  existed,
  attemptedBefore,
}: UserProgress): Pick<DeleteResult, 'id' | 'existed'> {
  return { id, existed: attemptedBefore && existed === false ? null : existed };
}
