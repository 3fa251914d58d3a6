import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Glyph } from '@/components/ui/glyph';
import type { InboxShow, InboxTab } from '@/lib/approvals/views';

/** Why a list is empty, and what one may do next. */
export function InboxEmpty({
  tab,
  show = 'all',
  viewer,
  team,
  fresh,
}: {
  tab: InboxTab;
  show?: InboxShow;
  viewer: { role: string; mayVote: boolean; maySetUp: boolean };
  team: number;
  /** Nothing was ever started here. */
  fresh: boolean;
}) {
  if (fresh) return <FirstRun maySetUp={viewer.maySetUp} />;
  if (show !== 'all' && viewer.mayVote) {
    const { title, text } = showText[show];
    return (
      <EmptyState
        title={title}
        icon={<Glyph name="ring" />}
        action={<ButtonLink href="/inbox">See all that needs you</ButtonLink>}
      >
        {text}
      </EmptyState>
    );
  }
  switch (tab) {
    case 'needs_me':
      return viewer.mayVote ? (
        <EmptyState
          title="Nothing needs you"
          icon={<Glyph name="check" />}
          action={
            team > 0 ? (
              <ButtonLink href="/inbox?tab=team">See what the team has open</ButtonLink>
            ) : (
              <ButtonLink href="/runs">See what the agents are doing</ButtonLink>
            )
          }
        >
          New requests appear here by themselves, as soon as an agent stops and asks.
        </EmptyState>
      ) : (
        <EmptyState
          title="Your role does not decide"
          icon={<Glyph name="dash" />}
          action={<ButtonLink href="/inbox?tab=team">See what is open</ButtonLink>}
        >
          You can read every request. To decide, ask an admin to make you a reviewer under People.
        </EmptyState>
      );
    case 'team':
      return (
        <EmptyState
          title="Nothing is open"
          icon={<Glyph name="ring" />}
          action={<ButtonLink href="/runs">Look at the runs</ButtonLink>}
        >
          When an agent stops at a function call, its request appears here for everybody.
        </EmptyState>
      );
    case 'waiting':
      return (
        <EmptyState
          title="You wait for nobody"
          icon={<Glyph name="ring" />}
          action={<ButtonLink href="/inbox">Back to what needs you</ButtonLink>}
        >
          Requests stand here after your vote while others must still agree, and when they come from a run of yours.
        </EmptyState>
      );
    case 'done':
      return (
        <EmptyState
          title="Nothing has been decided yet"
          icon={<Glyph name="check" />}
          action={<ButtonLink href="/inbox">Back to what needs you</ButtonLink>}
        >
          Every decision stays here, with who made it and what the agent was told.
        </EmptyState>
      );
  }
}

function FirstRun({ maySetUp }: { maySetUp: boolean }) {
  return (
    <EmptyState
      title="No agent has run yet"
      icon={<Glyph name="ring" />}
      action={
        maySetUp ? (
          <>
            <ButtonLink href="/agents/new" variant="primary">
              Set up an agent
            </ButtonLink>
            <ButtonLink href="/health">See whether Gemini is connected</ButtonLink>
          </>
        ) : undefined
      }
    >
      {maySetUp
        ? 'Then start a run with POST /api/v1/runs, or register one that runs already. What it asks for appears here.'
        : 'As soon as an agent stops and asks, its request appears here by itself.'}
    </EmptyState>
  );
}

const showText: Record<Exclude<InboxShow, 'all'>, { title: string; text: string }> = {
  unclaimed: {
    title: 'Somebody is on everything',
    text: 'What nobody is on appears here. You may decide the rest all the same.',
  },
  snoozed: {
    title: 'Nothing is set aside',
    text: 'Set a request aside with S, and it comes back by itself, at the latest when its deadline comes near.',
  },
  mine: {
    title: 'You are on nothing',
    text: 'Take a request with C, and others see that you are on it. What somebody gives you appears here too.',
  },
};
