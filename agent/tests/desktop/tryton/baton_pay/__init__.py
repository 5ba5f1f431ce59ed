# A shop's small Tryton module: a payment at the till takes a payment code, a sale a member number.
# It also lets the test's counter log in without a password, which no real shop does.
from trytond.pool import Pool

from . import sale


def register():
    Pool.register(
        sale.Sale, sale.Ask, sale.Payment, sale.User,
        module='baton_pay', type_='model')
    Pool.register(sale.Member, sale.Pay, module='baton_pay', type_='wizard')
