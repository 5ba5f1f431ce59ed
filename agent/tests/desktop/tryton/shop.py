# One shop for the desktop tests: a company, its accounts, two products, a till, two ways to pay,
# and one open sale of an Americano that the tests copy. Run by `set_up`, in its folder.
from datetime import date
from decimal import Decimal

from proteus import Model, config

config.set_trytond('tryton', config_file='trytond.conf')

# Tryton ships these builders with its own tests.
from trytond.modules.account.tests.tools import (  # noqa: E402
    create_chart, create_fiscalyear, create_tax, get_accounts)
from trytond.modules.account_invoice.tests.tools import (  # noqa: E402
    set_fiscalyear_invoice_sequences)
from trytond.modules.company.tests.tools import (  # noqa: E402
    create_company, get_company)


def one(model, *domain):
    found, *_ = Model.get(model).find(list(domain), limit=1)
    return found


def fill(record, **values):
    # One after the other: each may change what the next one starts from.
    for name, value in values.items():
        setattr(record, name, value)
    return record


def add(model, **values):
    record = fill(Model.get(model)(), **values)
    record.save()
    return record


def books():
    won = add(
        'currency.currency', name='Won', code='KRW', symbol='₩', digits=0, rounding=Decimal(1))
    add('currency.currency.rate', currency=won, date=date.min, rate=Decimal(1))
    create_company(currency=won)
    company = get_company()
    year = set_fiscalyear_invoice_sequences(create_fiscalyear(company))
    year.click('create_period')
    create_chart(company)
    return company, get_accounts(company)


def goods(accounts):
    tax = create_tax(Decimal('.10'))
    tax.save()
    category = Model.get('product.category')(name='Drinks', accounting=True)
    category.account_revenue = accounts['revenue']
    category.customer_taxes.append(tax)
    category.save()
    unit = one('product.uom', ('name', '=', 'Unit'))
    made = []
    drinks = [('Americano', 4500, '8801234567893'), ('Latte', 5000, '8801234567909')]
    for name, price, code in drinks:
        drink = add(
            'product.template', name=name, default_uom=unit, type='goods', salable=True,
            account_category=category, gross_price=Decimal(price))
        product, = drink.products
        product.suffix_code = code
        product.save()
        made.append(product)
    return made


def till(company, accounts):
    numbers = add(
        'ir.sequence.strict', name='Till', company=company,
        sequence_type=one('ir.sequence.type', ('name', '=', 'POS')))
    point = add(
        'sale.point', name='Till 1', sequence=numbers,
        journal=one('account.journal', ('type', '=', 'revenue')),
        storage_location=one('stock.location', ('code', '=', 'STO')),
        customer_location=one('stock.location', ('code', '=', 'CUS')))
    terminal, = accounts['cash'].duplicate(default={'name': 'Phones'})
    method = 'sale.point.payment.method'
    add(method, name='Cash', account=accounts['cash'], cash=True)
    add(method, name='Baton Pay', account=terminal)
    return point


def main():
    company, accounts = books()
    americano, _ = goods(accounts)
    sale = Model.get('sale.point.sale')(point=till(company, accounts))
    fill(sale.lines.new(), product=americano, quantity=1)
    sale.save()
    print('the first sale is', sale.id, 'of', sale.total)


main()
