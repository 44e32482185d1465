using System.Runtime.CompilerServices;

namespace Homer.Engine.Templates.Jinja;

/// <summary>
/// The bounds of one rendering: steps, characters made, calls inside calls. Values reach the budget of their thread's rendering through
/// <see cref="Current"/>, so that no operation on them can forget it.
/// </summary>
internal sealed class RenderingBudget
{
    private const int MostCalls = 200;
    private static readonly RenderingBudget Unbounded = new(long.MaxValue / 2, long.MaxValue / 2);

    [ThreadStatic]
    private static RenderingBudget? current;

    private long steps;
    private long characters;
    private int calls;

    /// <summary>Creates a budget that suffices for what a chat template does with an input.</summary>
    /// <param name="inputCharacters">The number of characters of the input.</param>
    public RenderingBudget(long inputCharacters)
        : this(3_000_000 + 16 * inputCharacters, 8_000_000 + 32 * inputCharacters)
    {
    }

    private RenderingBudget(long steps, long characters) => (this.steps, this.characters) = (steps, characters);

    /// <summary>The budget of the rendering on this thread; without bounds where nothing is rendered.</summary>
    public static RenderingBudget Current => current ?? Unbounded;

    /// <summary>Makes this budget the thread's own while something is rendered.</summary>
    public T Run<T>(Func<T> render)
    {
        RenderingBudget? outer = current;
        current = this;
        try
        {
            return render();
        }
        finally
        {
            current = outer;
        }
    }

    /// <summary>Takes steps, and refuses what is nested too deep for the stack.</summary>
    public void Step(long count = 1)
    {
        steps -= count;
        if (steps < 0)
            throw new JinjaException(JinjaFault.Limit, "the template takes too many steps");
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw TooDeep();
    }

    /// <summary>Takes characters of text that is about to be made.</summary>
    public void TakeCharacters(long count)
    {
        characters -= count;
        if (characters < 0)
            throw new JinjaException(JinjaFault.Limit, "the template makes too much text");
    }

    /// <summary>Enters a macro or a recursive loop.</summary>
    public void EnterCall()
    {
        if (++calls > MostCalls)
            throw TooDeep();
    }

    /// <summary>Leaves a macro or a recursive loop.</summary>
    public void LeaveCall() => calls--;

    private static JinjaException TooDeep() => new(JinjaFault.Limit, "the template nests too deep");
}
