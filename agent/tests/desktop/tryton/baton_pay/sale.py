# The payment's code, its place in the till's payment dialog, and the counter's login.
from trytond.model import fields
from trytond.pool import Pool, PoolMeta


class Payment(metaclass=PoolMeta):
    __name__ = 'sale.point.payment'
    # Not unique on purpose: a code that was submitted twice must stand here twice.
    baton_code = fields.Char("Payment code")


class Pay(metaclass=PoolMeta):
    __name__ = 'sale.point.sale.pay'

    def default_payment(self, fields):
        default = super().default_payment(fields)
        method = Pool().get('sale.point.payment.method')
        found = method.search([('name', '=', "Baton Pay")], limit=1)
        if found:
            default.setdefault('method', found[0].id)
        return default


class User(metaclass=PoolMeta):
    __name__ = 'res.user'

    @classmethod
    def _login_counter(cls, login, parameters):
        found = cls.search([('login', '=', login)], limit=1)
        return found[0].id if found else None
