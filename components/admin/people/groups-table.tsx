'use client';

import { MoreHorizontal } from 'lucide-react';
import { useState } from 'react';
import { deleteGroupAction } from '@/app/(dashboard)/people/groups/actions';
import { TaskDialog } from '@/components/admin/task-dialog';
import { Menu } from '@/components/ui/menu';
import { DataCell, HeadCell, Row, Table, TableBody, TableHead } from '@/components/ui/table';
import { GroupDialog } from './group-dialog';
import { GroupMembers } from './group-members';

type ShownGroup = Readonly<{
  id: string;
  name: string;
  description: string;
  members: readonly { id: string; name: string; active: boolean }[];
}>;

type Task = { kind: 'members' | 'name' | 'delete'; group: ShownGroup };

/** The groups, with what an admin can do about each. Without `manage` it is a list alone. */
export function GroupsTable({
  groups,
  people,
  manage,
}: {
  groups: readonly ShownGroup[];
  people: readonly { id: string; name: string; email: string }[];
  manage: boolean;
}) {
  const [task, setTask] = useState<Task | null>(null);
  const close = () => setTask(null);
  return (
    <>
      <Table label="Groups">
        <TableHead>
          <HeadCell className="w-56 max-sm:w-auto">Name</HeadCell>
          <HeadCell hideBelow="sm">Members</HeadCell>
          <HeadCell className="w-20" align="right">
            People
          </HeadCell>
          {manage && (
            <HeadCell className="w-14">
              <span className="sr-only">Actions</span>
            </HeadCell>
          )}
        </TableHead>
        <TableBody>
          {groups.map((group) => (
            <Row key={group.id} className="h-14">
              <DataCell>
                <span className="block truncate font-medium">{group.name}</span>
                {group.description !== '' && (
                  <span className="block truncate text-faint text-sm">{group.description}</span>
                )}
              </DataCell>
              <DataCell hideBelow="sm" muted>
                {group.members.length === 0 ? 'Nobody' : group.members.map(({ name }) => name).join(', ')}
              </DataCell>
              <DataCell align="right">{group.members.length}</DataCell>
              {manage && (
                <DataCell align="right" className="overflow-visible pr-3 pl-0">
                  <Menu
                    label={`What to do about ${group.name}`}
                    items={[
                      { label: 'Choose the members', onSelect: () => setTask({ kind: 'members', group }) },
                      { label: 'Rename or describe', onSelect: () => setTask({ kind: 'name', group }) },
                      'separator',
                      { label: 'Delete', danger: true, onSelect: () => setTask({ kind: 'delete', group }) },
                    ]}
                    button={{
                      variant: 'ghost',
                      size: 'sm',
                      'aria-label': `Actions for ${group.name}`,
                      className: 'w-8 px-0',
                      children: <MoreHorizontal aria-hidden="true" />,
                    }}
                  />
                </DataCell>
              )}
            </Row>
          ))}
        </TableBody>
      </Table>
      {task?.kind === 'members' && <GroupMembers group={task.group} people={people} onClose={close} />}
      {task?.kind === 'name' && <GroupDialog group={task.group} onClose={close} />}
      {task?.kind === 'delete' && <DeleteGroup group={task.group} onClose={close} />}
    </>
  );
}

function DeleteGroup({ group, onClose }: { group: ShownGroup; onClose: () => void }) {
  return (
    <TaskDialog
      size="sm"
      danger
      title={`Delete ${group.name}?`}
      act="Delete"
      done={`The group ${group.name} is deleted`}
      onAct={() => deleteGroupAction(group.id)}
      onClose={onClose}
    >
      <p className="text-muted">Its members stay people here. A group that a rule in force names cannot go.</p>
    </TaskDialog>
  );
}
