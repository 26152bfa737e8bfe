/* The functions of Z3 that SMT calls, looked up when they are first needed.
 *
 * The library is opened by name, not linked, so that a program that can prove things still starts, and does the rest of
 * its work, where Z3 is not installed. The types are those of z3.h: a function whose signature changed does not
 * compile.
 */
#ifndef CZ3_H
#define CZ3_H

#include <dlfcn.h>
#include <stddef.h>
#include <z3.h>

#define CZ3_EACH_FUNCTION(X)                                                                                           \
  X(Z3_get_version)                                                                                                    \
  X(Z3_global_param_set)                                                                                               \
  X(Z3_get_estimated_alloc_size)                                                                                       \
  X(Z3_mk_config)                                                                                                      \
  X(Z3_del_config)                                                                                                     \
  X(Z3_mk_context_rc)                                                                                                  \
  X(Z3_del_context)                                                                                                    \
  X(Z3_set_error_handler)                                                                                              \
  X(Z3_get_error_code)                                                                                                 \
  X(Z3_get_error_msg)                                                                                                  \
  X(Z3_set_ast_print_mode)                                                                                             \
  X(Z3_inc_ref)                                                                                                        \
  X(Z3_dec_ref)                                                                                                        \
  X(Z3_get_ast_kind)                                                                                                   \
  X(Z3_ast_to_string)                                                                                                  \
  X(Z3_to_app)                                                                                                         \
  X(Z3_get_app_num_args)                                                                                               \
  X(Z3_get_app_arg)                                                                                                    \
  X(Z3_get_app_decl)                                                                                                   \
  X(Z3_get_decl_kind)                                                                                                  \
  X(Z3_mk_string_symbol)                                                                                               \
  X(Z3_mk_bool_sort)                                                                                                   \
  X(Z3_mk_int_sort)                                                                                                    \
  X(Z3_mk_const)                                                                                                       \
  X(Z3_mk_fresh_const)                                                                                                 \
  X(Z3_mk_true)                                                                                                        \
  X(Z3_mk_false)                                                                                                       \
  X(Z3_mk_int64)                                                                                                       \
  X(Z3_mk_eq)                                                                                                          \
  X(Z3_mk_not)                                                                                                         \
  X(Z3_mk_ite)                                                                                                         \
  X(Z3_mk_and)                                                                                                         \
  X(Z3_mk_or)                                                                                                          \
  X(Z3_mk_add)                                                                                                         \
  X(Z3_mk_mul)                                                                                                         \
  X(Z3_mk_sub)                                                                                                         \
  X(Z3_mk_div)                                                                                                         \
  X(Z3_mk_lt)                                                                                                          \
  X(Z3_mk_le)                                                                                                          \
  X(Z3_mk_params)                                                                                                      \
  X(Z3_params_inc_ref)                                                                                                 \
  X(Z3_params_dec_ref)                                                                                                 \
  X(Z3_params_set_uint)                                                                                                \
  X(Z3_mk_simple_solver)                                                                                               \
  X(Z3_solver_inc_ref)                                                                                                 \
  X(Z3_solver_dec_ref)                                                                                                 \
  X(Z3_solver_set_params)                                                                                              \
  X(Z3_solver_push)                                                                                                    \
  X(Z3_solver_pop)                                                                                                     \
  X(Z3_solver_assert)                                                                                                  \
  X(Z3_solver_assert_and_track)                                                                                        \
  X(Z3_solver_check)                                                                                                   \
  X(Z3_solver_get_model)                                                                                               \
  X(Z3_solver_get_unsat_core)                                                                                          \
  X(Z3_solver_get_reason_unknown)                                                                                      \
  X(Z3_ast_vector_inc_ref)                                                                                             \
  X(Z3_ast_vector_dec_ref)                                                                                             \
  X(Z3_ast_vector_size)                                                                                                \
  X(Z3_ast_vector_get)                                                                                                 \
  X(Z3_model_inc_ref)                                                                                                  \
  X(Z3_model_dec_ref)                                                                                                  \
  X(Z3_model_eval)                                                                                                     \
  X(Z3_get_bool_value)                                                                                                 \
  X(Z3_get_numeral_int64)

#define CZ3_FIELD(name) __typeof__(name) *_Nonnull name;
#define CZ3_LOOK_UP(name)                                                                                              \
  *(void **)&functions->name = dlsym(library, #name);                                                                  \
  if (*(void **)&functions->name == NULL)                                                                              \
    return #name;

/* One pointer to each function, by its own name. */
struct CZ3Functions {
  CZ3_EACH_FUNCTION(CZ3_FIELD)
};

/* Opens a library by the dynamic loader's rules. NULL where there is none: `dlerror()` says why. */
static inline void *_Nullable CZ3OpenLibrary(const char *_Nonnull name) { return dlopen(name, RTLD_NOW | RTLD_LOCAL); }

/* Fills the table. Returns the name of the first function that the library lacks, or NULL. */
static inline const char *_Nullable CZ3LookUp(void *_Nonnull library, struct CZ3Functions *_Nonnull functions) {
  CZ3_EACH_FUNCTION(CZ3_LOOK_UP)
  return NULL;
}

#endif
