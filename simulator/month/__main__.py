"""Write a month: `python -m simulator.month --seed 1 --orders 300 --out DIR`."""

import argparse
import json
import sys
from datetime import date
from pathlib import Path

from . import BadOrder, Month, read
from .generate import COUNT, START


def main():
    parser = argparse.ArgumentParser(
        prog='simulator.month', description='Write what Amazon and a bank say about a month of orders.')
    parser.add_argument('--seed', type=int, default=1, help='decides everything that chance decides')
    parser.add_argument('--orders', default=str(COUNT),
                        help='how many orders to invent, or a JSON file with orders (- reads it from stdin)')
    parser.add_argument('--start', type=date.fromisoformat, default=START, help='the first day')
    parser.add_argument('--out', type=Path, required=True, help='the folder to write to')
    options = parser.parse_args()
    try:
        month = _month(options)
    except (BadOrder, OSError, json.JSONDecodeError) as error:
        sys.exit(f'simulator.month: {error}')
    month.write(options.out)
    print(f'{len(month.orders)} orders, {len(month.ledger.transactions())} charges and refunds, '
          f'{len(month.stage.ambiguities)} ambiguous: {options.out}')


def _month(options):
    if options.orders.isdigit():
        return Month(seed=options.seed, count=int(options.orders), start=options.start)
    text = sys.stdin.read() if options.orders == '-' else Path(options.orders).read_text()
    return Month(read(json.loads(text), options.start), options.seed)


if __name__ == '__main__':
    main()
