'use client';

import { Plus } from 'lucide-react';
import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Popover } from '@/components/ui/popover';

/** Leads to the form of a function by its name, also of one that was never seen. */
export function DescribeFunction() {
  const router = useRouter();
  const [name, setName] = useState('');
  const wrong = name !== '' && /\s/.test(name.trim());
  return (
    <Popover
      label="Describe a function"
      align="end"
      className="w-72"
      button={{ children: 'Describe a function', icon: <Plus aria-hidden="true" /> }}
    >
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '' && !wrong) {
            router.push(`/agents/tools/${encodeURIComponent(name.trim())}?describe=1` as Route);
          }
        }}
      >
        <Field label="Function’s name" error={wrong && 'Leave out spaces.'} hint="As the agent declares it.">
          <Input
            mono
            required
            maxLength={128}
            spellCheck={false}
            autoCapitalize="none"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <Button type="submit" variant="primary" size="sm" className="justify-self-end">
          Describe it
        </Button>
      </form>
    </Popover>
  );
}
