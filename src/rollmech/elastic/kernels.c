/* Products and sweeps with a symmetric sparse matrix of 3 x 3 blocks.

   Of the square part of a rank the upper triangle is stored by rows, the diagonal block first in each row: start[i] is
   the position of row i, column[k] the node of block k, block[9 k] its entries by rows. Columns of other ranks' nodes
   are a rectangular matrix of their own ("others"). Vectors hold three components a node. */

#include <math.h>
#include <stdint.h>

/* Number the blocks of each row that belong to the upper triangle and to other ranks' nodes, both from zero: after this
   their starts are known. */
void count_blocks(int nodes, const int64_t *restrict start, const int32_t *restrict column, int64_t *restrict upper,
                  int64_t *restrict others)
{
  upper[0] = others[0] = 0;
  for (int64_t i = 0; i < nodes; i++) {
    upper[i + 1] = upper[i];
    others[i + 1] = others[i];
    for (int64_t k = start[i]; k < start[i + 1]; k++) {
      upper[i + 1] += column[k] >= i && column[k] < nodes;
      others[i + 1] += column[k] >= nodes;
    }
  }
}

/* Sort whole rows, their columns rising, into those. The upper triangle moves to the front of the arrays that it comes
   from, since fresh memory costs more time than the copy; single takes it in single precision. */
void split_blocks(int nodes, const int64_t *restrict start, int32_t *column, double *block, float *restrict single,
                  int32_t *restrict others_column, double *restrict others)
{
  int64_t u = 0, o = 0;
  for (int64_t i = 0; i < nodes; i++)
    for (int64_t k = start[i]; k < start[i + 1]; k++) {
      const double *b = block + 9 * k;
      if (column[k] >= nodes) {
        others_column[o] = column[k] - nodes;
        for (int c = 0; c < 9; c++)
          others[9 * o + c] = b[c];
        o++;
      } else if (column[k] >= i) {
        column[u] = column[k];
        for (int c = 0; c < 9; c++) {
          single[9 * u + c] = (float)b[c];
          block[9 * u + c] = b[c];
        }
        u++;
      }
    }
}

/* y = A x */
void multiply(int nodes, const int64_t *restrict start, const int32_t *restrict column, const double *restrict block,
              const double *restrict x, double *restrict y)
{
  for (int64_t i = 0; i < 3 * (int64_t)nodes; i++)
    y[i] = 0;
  for (int64_t i = 0; i < nodes; i++) {
    const double *restrict b = block + 9 * start[i];
    const double x0 = x[3 * i], x1 = x[3 * i + 1], x2 = x[3 * i + 2];
    double y0 = b[0] * x0 + b[1] * x1 + b[2] * x2;
    double y1 = b[3] * x0 + b[4] * x1 + b[5] * x2;
    double y2 = b[6] * x0 + b[7] * x1 + b[8] * x2;
    for (int64_t k = start[i] + 1; k < start[i + 1]; k++) {
      b = block + 9 * k;
      const double *restrict v = x + 3 * (int64_t)column[k];
      double *restrict w = y + 3 * (int64_t)column[k];
      y0 += b[0] * v[0] + b[1] * v[1] + b[2] * v[2];
      y1 += b[3] * v[0] + b[4] * v[1] + b[5] * v[2];
      y2 += b[6] * v[0] + b[7] * v[1] + b[8] * v[2];
      w[0] += b[0] * x0 + b[3] * x1 + b[6] * x2;
      w[1] += b[1] * x0 + b[4] * x1 + b[7] * x2;
      w[2] += b[2] * x0 + b[5] * x1 + b[8] * x2;
    }
    y[3 * i] += y0;
    y[3 * i + 1] += y1;
    y[3 * i + 2] += y2;
  }
}

/* y += factor B x for the columns of other ranks' nodes, x holding those nodes alone */
void add_others(int nodes, const int64_t *restrict start, const int32_t *restrict column,
                const double *restrict block, double factor, const double *restrict x, double *restrict y)
{
  for (int64_t i = 0; i < nodes; i++)
    for (int64_t k = start[i]; k < start[i + 1]; k++) {
      const double *restrict b = block + 9 * k;
      const double *restrict v = x + 3 * (int64_t)column[k];
      for (int c = 0; c < 3; c++)
        y[3 * i + c] += factor * (b[3 * c] * v[0] + b[3 * c + 1] * v[1] + b[3 * c + 2] * v[2]);
    }
}

/* w -= L z for one node: what its row of the upper triangle takes from all nodes after it */
static inline void take(const int64_t *restrict start, const int32_t *restrict column, const float *restrict block,
                        int64_t i, float z0, float z1, float z2, float *restrict w)
{
  for (int64_t k = start[i] + 1; k < start[i + 1]; k++) {
    const float *restrict b = block + 9 * k;
    float *restrict v = w + 3 * (int64_t)column[k];
    v[0] -= b[0] * z0 + b[3] * z1 + b[6] * z2;
    v[1] -= b[1] * z0 + b[4] * z1 + b[7] * z2;
    v[2] -= b[2] * z0 + b[5] * z1 + b[8] * z2;
  }
}

/* s -= U z of one node */
static inline void gather(const int64_t *restrict start, const int32_t *restrict column, const float *restrict block,
                          int64_t i, const float *restrict z, float *restrict s)
{
  for (int64_t k = start[i] + 1; k < start[i + 1]; k++) {
    const float *restrict b = block + 9 * k;
    const float *restrict v = z + 3 * (int64_t)column[k];
    s[0] -= b[0] * v[0] + b[1] * v[1] + b[2] * v[2];
    s[1] -= b[3] * v[0] + b[4] * v[1] + b[5] * v[2];
    s[2] -= b[6] * v[0] + b[7] * v[1] + b[8] * v[2];
  }
}

/* z = D s of one node. Sweeps leave ever smaller numbers away from a load; those that single precision holds with few
   digits only are slow to compute with, and zero here. */
static inline void set_product(const float *restrict d, const float *restrict s, float *restrict z)
{
  for (int c = 0; c < 3; c++) {
    const float value = d[3 * c] * s[0] + d[3 * c + 1] * s[1] + d[3 * c + 2] * s[2];
    z[c] = fabsf(value) < 1e-30f ? 0 : value;
  }
}

/* z = (D + L)^-1 w; w is used up. inverse holds the inverse blocks of D. */
void sweep_forward(int nodes, const int64_t *restrict start, const int32_t *restrict column,
                   const float *restrict block, const float *restrict inverse, float *restrict w, float *restrict z)
{
  for (int64_t i = 0; i < nodes; i++) {
    set_product(inverse + 9 * i, w + 3 * i, z + 3 * i);
    take(start, column, block, i, z[3 * i], z[3 * i + 1], z[3 * i + 2], w);
  }
}

/* s = -U z, what a forward sweep leaves of the residual */
void remainder_of(int nodes, const int64_t *restrict start, const int32_t *restrict column,
                  const float *restrict block, const float *restrict z, float *restrict s)
{
  for (int64_t i = 0; i < nodes; i++) {
    float own[3] = {0, 0, 0};
    gather(start, column, block, i, z, own);
    for (int c = 0; c < 3; c++)
      s[3 * i + c] = own[c];
  }
}

/* z = (D + U)^-1 (w - L z); w is used up */
void sweep_backward(int nodes, const int64_t *restrict start, const int32_t *restrict column,
                    const float *restrict block, const float *restrict inverse, float *restrict w, float *restrict z)
{
  for (int64_t i = 0; i < nodes; i++)
    take(start, column, block, i, z[3 * i], z[3 * i + 1], z[3 * i + 2], w);
  for (int64_t i = nodes - 1; i >= 0; i--) {
    float own[3] = {w[3 * i], w[3 * i + 1], w[3 * i + 2]};
    gather(start, column, block, i, z, own);
    set_product(inverse + 9 * i, own, z + 3 * i);
  }
}

/* Gauss-Seidel sweep over some nodes alone. Their rows are stored whole, the diagonal block first in each; inverse holds
   the inverse blocks of all nodes' diagonal. */
void sweep_some(int count, const int32_t *restrict node, const int64_t *restrict start,
                const int32_t *restrict column, const float *restrict block, const float *restrict inverse,
                int backward, const float *restrict load, float *restrict z)
{
  for (int64_t n = 0; n < count; n++) {
    const int64_t m = backward ? count - 1 - n : n, i = node[m];
    float own[3] = {load[3 * i], load[3 * i + 1], load[3 * i + 2]};
    gather(start, column, block, m, z, own);
    set_product(inverse + 9 * i, own, z + 3 * i);
  }
}

/* s -= A d for a change d of the same nodes alone, shape (count, 3) */
void take_change(int count, const int32_t *restrict node, const int64_t *restrict start,
                 const int32_t *restrict column, const float *restrict block, const float *restrict d,
                 float *restrict s)
{
  for (int64_t m = 0; m < count; m++) {
    const float *restrict b = block + 9 * start[m];
    const float *restrict u = d + 3 * m;
    for (int c = 0; c < 3; c++)
      s[3 * (int64_t)node[m] + c] -= b[3 * c] * u[0] + b[3 * c + 1] * u[1] + b[3 * c + 2] * u[2];
    take(start, column, block, m, u[0], u[1], u[2], s);
  }
}

/* coarse += P^T s: half of each node's value to either of its parents, the ends of its edge */
void restrict_to_parents(int nodes, const int32_t *restrict parent, const float *restrict s, double *restrict coarse)
{
  for (int64_t i = 0; i < nodes; i++)
    for (int end = 0; end < 2; end++)
      for (int c = 0; c < 3; c++)
        coarse[3 * (int64_t)parent[2 * i + end] + c] += 0.5 * s[3 * i + c];
}

/* z += P coarse: the mean of the parents */
void add_mean_of_parents(int nodes, const int32_t *restrict parent, const double *restrict coarse, float *restrict z)
{
  for (int64_t i = 0; i < nodes; i++)
    for (int c = 0; c < 3; c++)
      z[3 * i + c] += (float)(0.5 * (coarse[3 * (int64_t)parent[2 * i] + c] + coarse[3 * (int64_t)parent[2 * i + 1] + c]));
}
