using System.Numerics;
using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>Python's arithmetic and comparisons.</summary>
internal static class Operators
{
    /// <summary>Returns <c>a + b</c>: a sum, or texts, lists or tuples one after the other.</summary>
    public static Value Add(Value a, Value b)
    {
        switch (a, b)
        {
            case (TextValue x, TextValue y):
                return new TextBuilder().Append(x).Append(y).ToValue();
            case (SequenceValue x, SequenceValue y) when x.GetType() == y.GetType():
                RenderingBudget.Current.TakeCharacters((long)x.List.Count + y.List.Count);
                return x.With([.. x.List, .. y.List]);
            case (IntegerValue x, IntegerValue y):
                return IntegerValue.Of(x.Number + y.Number);
            case (TextValue or SequenceValue, not UndefinedValue):
                string type = a.TypeName;
                throw JinjaException.Runtime($"can only concatenate {type} (not \"{b.TypeName}\") to {type}");
            default:
                return new FloatValue(Real(a, b, "+") + Real(b, a, "+", isRight: true));
        }
    }

    /// <summary>Returns <c>a - b</c>.</summary>
    public static Value Subtract(Value a, Value b) => (a, b) is (IntegerValue x, IntegerValue y)
        ? IntegerValue.Of(x.Number - y.Number)
        : new FloatValue(Real(a, b, "-") - Real(b, a, "-", isRight: true));

    /// <summary>Returns <c>a * b</c>: a product, or a text, list or tuple several times.</summary>
    public static Value Multiply(Value a, Value b)
    {
        switch (a, b)
        {
            case (IntegerValue x, IntegerValue y):
                return IntegerValue.Of(x.Number * y.Number);
            case (TextValue text, IntegerValue count):
                return TextPadding.Repeat(text, Numbers.Integer(count));
            case (SequenceValue list, IntegerValue times):
                int copies = Math.Max(0, Numbers.Integer(times));
                RenderingBudget.Current.TakeCharacters((long)list.List.Count * copies);
                return list.With([.. Enumerable.Repeat(list.List, list.List.Count > 0 ? copies : 0).SelectMany(items => items)]);
            case (IntegerValue, TextValue or SequenceValue):
                return Multiply(b, a);
            default:
                return new FloatValue(Real(a, b, "*") * Real(b, a, "*", isRight: true));
        }
    }

    /// <summary>Returns <c>a / b</c>, which is no integer even where it could be one.</summary>
    public static Value Divide(Value a, Value b)
    {
        double over = Real(a, b, "/"), under = Real(b, a, "/", isRight: true);
        return under == 0 ? throw JinjaException.Runtime("division by zero") : new FloatValue(over / under);
    }

    /// <summary>Returns <c>a // b</c>, rounded down.</summary>
    public static Value FloorDivide(Value a, Value b)
    {
        if ((a, b) is (IntegerValue x, IntegerValue y))
        {
            if (y.Number.IsZero)
                throw JinjaException.Runtime("integer division or modulo by zero");
            var quotient = BigInteger.DivRem(x.Number, y.Number, out BigInteger rest);
            return new IntegerValue(!rest.IsZero && rest.Sign != y.Number.Sign ? quotient - 1 : quotient);
        }

        double over = Real(a, b, "//"), under = Real(b, a, "//", isRight: true);
        return under == 0 ? throw JinjaException.Runtime("float floor division by zero") : new FloatValue(Math.Floor(over / under));
    }

    /// <summary>Returns <c>a % b</c>, whose sign is that of <c>b</c>; or a text with values put into it.</summary>
    public static Value Modulo(Value a, Value b)
    {
        if (a is TextValue format)
            return PercentFormat.Format(format, b);
        if ((a, b) is (IntegerValue x, IntegerValue y))
        {
            if (y.Number.IsZero)
                throw JinjaException.Runtime("integer modulo by zero");
            var rest = BigInteger.Remainder(x.Number, y.Number);
            return new IntegerValue(!rest.IsZero && rest.Sign != y.Number.Sign ? rest + y.Number : rest);
        }

        double over = Real(a, b, "%"), under = Real(b, a, "%", isRight: true);
        if (under == 0)
            throw JinjaException.Runtime("float modulo");
        double left = over % under;
        return new FloatValue(left != 0 && left < 0 != under < 0 ? left + under : left);
    }

    /// <summary>Returns <c>a ** b</c>.</summary>
    public static Value Power(Value a, Value b)
    {
        if ((a, b) is (IntegerValue x, IntegerValue y) && y.Number.Sign >= 0)
        {
            if (x.Number.IsZero || BigInteger.Abs(x.Number).IsOne)
                return new IntegerValue(y.Number.IsEven ? (y.Number.IsZero ? 1 : x.Number * x.Number) : x.Number);
            var exponent = BigInteger.Min(y.Number, 1_000_000);
            IntegerValue.RequireBits((long)exponent * (x.Number.GetBitLength() - 1));
            return IntegerValue.Of(BigInteger.Pow(x.Number, (int)exponent));
        }

        double number = Real(a, b, "** or pow()"), power = Real(b, a, "** or pow()", isRight: true);
        if (number == 0 && power < 0)
            throw JinjaException.Runtime("0.0 cannot be raised to a negative power");
        double result = Math.Pow(number, power);
        return double.IsNaN(result) && !double.IsNaN(number)
            ? throw JinjaException.Runtime("the power is not a real number")
            : new FloatValue(result);
    }

    /// <summary>Returns <c>-a</c>.</summary>
    public static Value Negate(Value a) => a switch
    {
        IntegerValue number => new IntegerValue(-number.Number),
        FloatValue real => new FloatValue(-real.Number),
        UndefinedValue undefined => throw undefined.Error,
        _ => throw JinjaException.Runtime($"bad operand type for unary -: '{a.TypeName}'"),
    };

    /// <summary>Returns <c>+a</c>.</summary>
    public static Value Plus(Value a) => a switch
    {
        IntegerValue number => new IntegerValue(number.Number),
        FloatValue => a,
        UndefinedValue undefined => throw undefined.Error,
        _ => throw JinjaException.Runtime($"bad operand type for unary +: '{a.TypeName}'"),
    };

    /// <summary>Returns whether <c>a</c> comes before (-1), with (0) or after (1) <c>b</c>; null where a NaN makes neither true.</summary>
    /// <exception cref="JinjaException">Values of these types have no order.</exception>
    public static int? Compare(Value a, Value b, string sign = "<")
    {
        RenderingBudget.Current.Step();
        switch (a, b)
        {
            case (IntegerValue x, IntegerValue y):
                return x.Number.CompareTo(y.Number);
            case (IntegerValue or FloatValue, IntegerValue or FloatValue):
                double p = Numbers.Real(a), q = Numbers.Real(b);
                return double.IsNaN(p) || double.IsNaN(q) ? null : p.CompareTo(q);
            case (TextValue x, TextValue y):
                return CodePoints.Compare(x.Text, y.Text);
            case (SequenceValue x, SequenceValue y) when x.GetType() == y.GetType():
                int common = Enumerable.Range(0, Math.Min(x.List.Count, y.List.Count))
                    .FirstOrDefault(i => !x.List[i].Equals(y.List[i]), -1);
                return common < 0 ? x.List.Count.CompareTo(y.List.Count) : Compare(x.List[common], y.List[common], sign);
            case (UndefinedValue undefined, _):
                throw undefined.Error;
            case (_, UndefinedValue undefined):
                throw undefined.Error;
            default:
                throw JinjaException.Runtime(
                    $"'{sign}' not supported between instances of '{a.TypeName}' and '{b.TypeName}'");
        }
    }

    private static double Real(Value value, Value other, string sign, bool isRight = false)
    {
        if (value is IntegerValue or FloatValue)
            return Numbers.Real(value);
        (Value a, Value b) = isRight ? (other, value) : (value, other);
        throw (a as UndefinedValue ?? b as UndefinedValue)?.Error
            ?? JinjaException.Runtime($"unsupported operand type(s) for {sign}: '{a.TypeName}' and '{b.TypeName}'");
    }
}
