using Homer.Engine.Templates.Jinja.Globals;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja;

/// <summary>The names that are set in a part of a template, within those of the part around it.</summary>
internal sealed class Scope
{
    private readonly Dictionary<string, Value> values = [];
    private readonly Scope? outer;

    /// <summary>Creates the scope of a whole template.</summary>
    public Scope(RenderingGlobals globals) => Globals = globals;

    /// <summary>Creates a scope within another.</summary>
    public Scope(Scope outer)
    {
        this.outer = outer;
        Globals = outer.Globals;
    }

    /// <summary>The names of the environment and of the rendering's input.</summary>
    public RenderingGlobals Globals { get; }

    /// <summary>The scope of the whole template.</summary>
    public Scope Root => outer?.Root ?? this;

    /// <summary>Returns what a name stands for.</summary>
    public Value Get(string name)
    {
        for (Scope? scope = this; scope is not null; scope = scope.outer)
        {
            if (scope.values.TryGetValue(name, out Value? value))
                return value;
        }

        return Globals.Find(name) ?? UndefinedValue.OfName(name);
    }

    /// <summary>Sets a name in this scope.</summary>
    public void Set(string name, Value value) => values[name] = value;
}
