# The sale's member with the dialog that asks for it, the payment's code with its place in the
# till's payment dialog, and the counter's login.
from trytond.model import ModelView, fields
from trytond.pool import Pool, PoolMeta
from trytond.pyson import Eval
from trytond.wizard import Button, StateTransition, StateView, Wizard


class Sale(metaclass=PoolMeta):
    __name__ = 'sale.point.sale'
    baton_member = fields.Char("Member number", readonly=True)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._buttons.update(baton_ask={
            'invisible': Eval('state') != 'open',
            'depends': ['state'],
            })

    @classmethod
    @ModelView.button_action('baton_pay.wizard_member')
    def baton_ask(cls, sales):
        pass


class Ask(ModelView):
    "Member of POS Sale"
    __name__ = 'sale.point.sale.member.ask'
    number = fields.Char("Member number", required=True)


class Member(Wizard):
    "Member of POS Sale"
    __name__ = 'sale.point.sale.member'
    start_state = 'ask'
    ask = StateView('sale.point.sale.member.ask', 'baton_pay.ask_view_form', [
            Button("Cancel", 'end', 'tryton-cancel'),
            Button("OK", 'write', 'tryton-ok', default=True),
            ])
    write = StateTransition()

    def transition_write(self):
        self.record.baton_member = self.ask.number
        self.record.save()
        return 'end'


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
