/** What was compared, stage by stage: for the table in docs/web.md. */

interface Row {
  compared: number;
  equal: number;
  largest: number;
  worst: string;
}

export class Tally {
  private readonly rows = new Map<string, Row>();

  count(stage: string, name: string, isEqual: boolean, difference: number): void {
    const row = this.rows.get(stage) ?? { compared: 0, equal: 0, largest: 0, worst: '' };
    row.compared++;
    if (isEqual) row.equal++;
    if (difference > row.largest) [row.largest, row.worst] = [difference, name];
    this.rows.set(stage, row);
  }

  /** As Markdown. */
  table(): string {
    const lines = [...this.rows].sort().map(([stage, { compared, equal, largest, worst }]) =>
      `| ${stage} | ${compared} | ${equal} | ${Number(largest.toPrecision(2))} | ${worst} |`);
    return ['| stage | compared | equal | largest difference | where |', '| --- | --- | --- | --- | --- |', ...lines].join('\n');
  }
}
